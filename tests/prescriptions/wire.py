"""Prescriptions as they go over the wire."""

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta

from api.prescriptions import examples
from tests.checks.wire import facts, screened

WALK = "walk-moderate"
CYCLE = "recumbent-cycle-easy"


def on_file(caller, **changed):
    """The address of a new patient with every screen clear and the core facts, seen an hour ago."""
    made = caller.post("/v1/patients", json={"birth_date": "1964-03-09", "time_zone": "Europe/Rome"})
    assert made.status_code == 201, made.text
    patient = made.headers["Location"]
    tell(caller, patient, hours=1, told=screened(**changed)["facts"])
    return patient


def tell(caller, patient, *, hours=0, told=None, **values):
    """Put facts on file."""
    body = {"observed_at": from_now(hours=-hours), "facts": told or facts(values)}
    answer = caller.post(f"{patient}/facts", json=body)
    assert answer.status_code == 200, answer.text


def now():
    """The moment, unless a test's clock says another."""
    return datetime.now(UTC)


def from_now(**how_long):
    return (now() + timedelta(**how_long)).isoformat()


def content(*exercise_ids, **changed):
    """The body of a draft: the example, or one of these aerobic exercises."""
    body = deepcopy(examples.NEW)
    if exercise_ids:
        body["items"] = [{"part": "aerobic", "exercise_id": one} for one in exercise_ids]
    return body | changed


def override(signer, rule_id, exercise_id, **changed):
    return {
        "rule_id": rule_id,
        "exercise_id": exercise_id,
        "reason_code": "supervised",
        "text": "With a physiotherapist beside her.",
        "monitoring": {"what": "Both feet after every session.", "every": "session"},
        "expires_at": from_now(days=30),
        "practitioner_id": signer,
        **changed,
    }


def drafted(caller, patient, *exercise_ids, **changed):
    """A drafted prescription, as it is answered."""
    answer = caller.post(f"{patient}/prescriptions", json=content(*exercise_ids, **changed))
    assert answer.status_code == 201, answer.text
    return answer.json


def address(prescription):
    return f"/v1/prescriptions/{prescription['id']}"


def sign(caller, prescription, signer, **headers):
    """The answer to a signature of the draft that was read."""
    body = {"practitioner_id": signer, "sha256": prescription["draft"]["sha256"]}
    return caller.post(f"{address(prescription)}/sign", json=body, headers=headers)


def signed(caller, patient, signer, *exercise_ids, **changed):
    """A signed prescription, as it is answered."""
    answer = sign(caller, drafted(caller, patient, *exercise_ids, **changed), signer)
    assert answer.status_code == 200, answer.text
    return answer.json


def handout(caller, prescription, **wanted):
    """The answer to the question for a handout."""
    return caller.get(f"{address(prescription)}/handout", query_string=wanted)


def code(caller, prescription):
    """The code that a handout shows."""
    return re.search(r"/v1/verify/([A-Z2-7]+)", handout(caller, prescription).text)[1]


def redraft(caller, prescription, body, version=None):
    """The answer to a new draft."""
    tag = caller.get(address(prescription)).headers["ETag"] if version is None else f'"{version}"'
    return caller.put(address(prescription), json=body, headers={"If-Match": tag})


def moved(caller, prescription, move, signer, **more):
    """The answer to a move from one state to another."""
    return caller.post(f"{address(prescription)}/{move}", json={"practitioner_id": signer, **more})


def codes(answer, status=422):
    assert answer.status_code == status, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}
