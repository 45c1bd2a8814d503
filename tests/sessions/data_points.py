"""Data points as they go over the wire; made up, each by the words of its schema."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

SCHEMAS = {
    "walk": ("ieee", "physical-activity", "1.0"),
    "old-walk": ("omh", "physical-activity", "1.2"),
    "heart-rate": ("omh", "heart-rate", "2.0"),
    "pressure": ("omh", "blood-pressure", "4.0"),
    "glucose": ("omh", "blood-glucose", "4.0"),
}
NOW = datetime.now(UTC).replace(microsecond=0)
START = -60
"""Where a walk starts, in minutes from now; it lasts half an hour."""


def minute(offset):
    """The moment so many minutes from now, in the words of a device."""
    return (NOW + timedelta(minutes=offset)).isoformat()


def point(kind, body, **header):
    namespace, name, version = SCHEMAS[kind]
    given = {
        "uuid": str(uuid4()),
        "schema_id": {"namespace": namespace, "name": name, "version": version},
        "source_creation_date_time": minute(0),
        "modality": "sensed",
        "acquisition_provenance": {"source_name": "A watch"},
    }
    return {"header": given | header, "body": body}


def interval(start, end):
    return {"time_interval": {"start_date_time": minute(start), "end_date_time": minute(end)}}


def walk(start=START, end=START + 30, *, kind="walk", header=None, **body):
    told = {"activity_name": "Walking", "effective_time_frame": interval(start, end)} | body
    return point(kind, told, **(header or {}))


def heart_rate(value, at, **body):
    told = {
        "heart_rate": {"value": value, "unit": "beats/min"},
        "effective_time_frame": {"date_time": minute(at)},
    }
    return point("heart-rate", told | body)


def pressure(upper, lower, at, **body):
    told = {
        "systolic_blood_pressure": {"value": upper, "unit": "mmHg"},
        "diastolic_blood_pressure": {"value": lower, "unit": "mmHg"},
        "effective_time_frame": {"date_time": minute(at)},
    }
    return point("pressure", told | body)


def glucose(value, at, unit="mg/dL", **body):
    told = {
        "blood_glucose": {"value": value, "unit": unit},
        "effective_time_frame": {"date_time": minute(at)},
    }
    return point("glucose", told | body)


def related(how):
    return {"temporal_relationship_to_physical_activity": how}


def post(caller, patient, *points):
    return caller.post(f"{patient}/data-points", json=list(points))


def received(caller, patient, *points):
    answer = post(caller, patient, *points)
    assert answer.status_code == 200, answer.text
    return answer.json


def only(caller, patient, one):
    """What became of one data point."""
    (result,) = received(caller, patient, one)["results"]
    return result


def on_report(caller, session_id):
    """The report on file, in the native form."""
    answer = caller.get(f"/v1/sessions/{session_id}")
    assert answer.status_code == 200, answer.text
    return answer.json["report"]
