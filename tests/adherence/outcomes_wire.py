"""Outcomes as they go over the wire."""

from tests.prescriptions.wire import from_now


def reading(measure, value=None, **more):
    said = {} if value is None else {"value": value}
    return {"measure": measure, **said, **more}


def told(caller, patient, *readings, days=0, **headers):
    """The answer to values that were measured so many days ago."""
    body = {"observed_at": from_now(days=-days, minutes=-1), "readings": list(readings)}
    return caller.post(f"{patient}/outcomes", json=body, headers=headers)


def recorded(caller, patient, *readings, days=0):
    answer = told(caller, patient, *readings, days=days)
    assert answer.status_code == 200, answer.text
    return answer.json


def outcomes(caller, patient, **query):
    answer = caller.get(f"{patient}/outcomes", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def course(caller, patient, measure, side=None, **query):
    """How one measure went, None where it is not there."""
    found = outcomes(caller, patient, measure=measure, **query)["items"]
    return next((one for one in found if one["side"] == side), None)


def fact(caller, patient, name):
    """What the profile says of a fact."""
    return caller.get(f"{patient}/profile").json["facts"][name]


def alerts(caller, patient):
    found = caller.get("/v1/alerts", query_string={"patient_id": patient.rpartition("/")[2]})
    assert found.status_code == 200, found.text
    return found.json["items"]
