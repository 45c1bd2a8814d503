"""Reports as they go over the wire."""

from datetime import timedelta
from uuid import uuid4

from tests.clinical import report_builders
from tests.prescriptions import wire

ZONE = "Europe/Rome"
BASE = {**report_builders.BASE, "duration_min": 20}
"""The base report of the specification: nothing to report."""


def ago(**how_long):
    return (wire.now() - timedelta(**how_long)).isoformat()


def report(**changed):
    """The body of a report of an hour ago; None leaves a field out."""
    body = {"session_id": str(uuid4()), "performed_at": ago(hours=1), "time_zone": ZONE} | BASE | changed
    return {name: value for name, value in body.items() if value is not None}


def sent(caller, patient, expected=201, **changed):
    """The answer to a report."""
    answer = caller.post(f"{patient}/sessions", json=report(**changed))
    assert answer.status_code == expected, answer.text
    return answer.json


def shown(caller, session_id):
    answer = caller.get(f"/v1/sessions/{session_id}")
    assert answer.status_code == 200, answer.text
    return answer.json


def correct(caller, body, *, version=None, **changed):
    """The answer to a correction of what was sent as this body."""
    address = f"/v1/sessions/{body['session_id']}"
    tag = caller.get(address).headers["ETag"] if version is None else f'"{version}"'
    return caller.put(address, json=body | {"reason": "A slip."} | changed, headers={"If-Match": tag})


def rules(answer):
    return {one["rule_id"] for one in answer["triage"]["findings"]}


def codes(answer, status=422):
    assert answer.status_code == status, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}
