"""What the generic tests need to know of a room: how to make one of its things.

A room adds a line for each name that its routes use in their paths: a function that gets a clinic, makes the
thing there and gives its value in the path, so that the clinic's own request finds it and another's does not.
"""

from tests.factories import Clinic


def client_id(clinic: Clinic):
    return clinic.register("facts:write")[0]


def practitioner_id(clinic: Clinic):
    return clinic.practitioner()


def check_id(clinic: Clinic):
    caller = clinic.caller()
    patient = caller.post("/v1/patients", json={}).headers["Location"]
    return caller.post(f"{patient}/checks", json={"kind": "programme"}).json["id"]


def patient_id(clinic: Clinic):
    """The same patient every time, so that what is of a patient is found at the patient."""
    return clinic.caller().put("/v1/patients/by-identifier/samples/1", json={}).json["id"]


def fact_id(clinic: Clinic):
    body = {
        "observed_at": "2026-01-10T08:00:00Z",
        "facts": {"lops_left": {"value": "yes", "source": "samples"}},
    }
    address = f"/v1/patients/{patient_id(clinic)}/facts"
    return clinic.caller().post(address, json=body).json["results"][0]["fact_id"]


def clearance_id(clinic: Clinic):
    address = f"/v1/patients/{patient_id(clinic)}/clearances"
    return clinic.caller().post(address, json=new_clearance(clinic)).json["id"]


def new_clearance(clinic: Clinic):
    return {"rule_id": "foot-preulcer", "practitioner_id": str(clinic.practitioner())}


def new_revocation(clinic: Clinic):
    return {"practitioner_id": str(clinic.practitioner()), "reason": "The blister is back."}


OF_A_CLINIC = {
    "check_id": check_id,
    "clearance_id": clearance_id,
    "client_id": client_id,
    "fact_id": fact_id,
    "patient_id": patient_id,
    "practitioner_id": practitioner_id,
}
"""Path arguments that name a thing of a clinic: with another clinic's token they are not found."""

OF_EVERYONE = {
    "system": "samples",
    "value": "2",
    "asset": "swagger-ui.css",
    "exercise_id": "chair-march",
    "kind": "not-found",
    "rule_id": "foot-lops",
}
"""Path arguments of what is the same for all."""

BODIES = {"grant_clearance": new_clearance, "revoke_clearance": new_revocation}
"""Bodies, by operation id, where the documented example does not do: functions of the clinic."""

HEADERS = {}
"""Headers, by operation, that a good request needs beyond `If-Match`."""

STATUSES = {"register_or_change_patient": 201}
"""Statuses, by operation, that the documented example gets where it is not the first documented answer."""

UNTOUCHED = {"clinics", "alembic_version"}
"""Tables that belong to no clinic: reference tables and the migrations' own."""

APPEND_ONLY = {
    "audit_events",
    "checks",
    "clearance_revocations",
    "clearances",
    "fact_retractions",
    "facts",
}
"""Tables that the application may only add to."""
