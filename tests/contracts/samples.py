"""What the generic tests need to know of a room: how to make one of its things.

A room adds a line for each name that its routes use in their paths: a function that gets a clinic, makes the
thing there and gives its value in the path, so that the clinic's own request finds it and another's does not.
"""

from uuid import uuid4

from sqlalchemy import select

from api.prescriptions import examples
from api.prescriptions.tables import Prescription
from api.webhooks.examples import NEW_WEBHOOK
from api.webhooks.sequencing import give_places
from tests.alerts import wire as alerts
from tests.checks.wire import screened
from tests.factories import Clinic
from tests.prescriptions import wire as prescriptions
from tests.sessions import wire as sessions


def alert_id(clinic: Clinic):
    """A new alert of a new patient."""
    return alerts.raised(clinic, clinic.patient(), level="urgent")


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


def prescription_id(clinic: Clinic):
    """A new draft for a new patient."""
    caller = clinic.caller()
    return prescriptions.drafted(caller, f"/v1/patients/{clinic.patient()}")["id"]


def code(clinic: Clinic):
    """The code of a newly signed prescription."""
    prescription_id(clinic)
    caller, newest = clinic.caller(), latest_prescription(clinic)
    assert prescriptions.sign(caller, newest, str(clinic.practitioner())).status_code == 200
    return prescriptions.code(caller, newest)


def in_state(*moves):
    """The body of a move, after these moves have brought the newest prescription of the clinic there."""

    def make(clinic: Clinic):
        practitioner = str(clinic.practitioner())
        newest = latest_prescription(clinic)
        caller = clinic.caller()
        for move in moves if newest is not None else ():
            done = (
                prescriptions.sign(caller, newest, practitioner)
                if move == "sign"
                else prescriptions.moved(caller, newest, move, practitioner, reason="A fever.")
            )
            assert done.status_code == 200, done.text
        return {"practitioner_id": practitioner, "reason": "A sample."}

    return make


def by_a_practitioner(**said):
    """The body of an act that names a member of staff."""
    return lambda clinic: {"practitioner_id": str(clinic.practitioner()), **said}


def webhook_id(clinic: Clinic):
    return clinic.caller().post("/v1/webhooks", json=NEW_WEBHOOK).json["id"]


def delivery_id(clinic: Clinic):
    """A delivery of a test to the newest webhook of the clinic."""
    caller = clinic.caller()
    webhooks = caller.get("/v1/webhooks").json["items"]
    webhook = webhooks[-1]["id"] if webhooks else webhook_id(clinic)
    caller.post(f"/v1/webhooks/{webhook}/test")
    work = clinic.work()
    give_places(work)
    work.commit()
    return caller.get(f"/v1/webhooks/{webhook}/deliveries").json["items"][0]["id"]


def new_signature(clinic: Clinic):
    newest = latest_prescription(clinic)
    sha256 = "0" * 64 if newest is None else newest["draft"]["sha256"]
    return {"practitioner_id": str(clinic.practitioner()), "sha256": sha256}


def latest_prescription(clinic: Clinic):
    """What `prescription_id` made last, now for a patient against whom nothing stands."""
    work = clinic.work()
    newest = work.db.scalar(
        select(Prescription.id)
        .where(Prescription.clinic_id == clinic.id)
        .order_by(Prescription.id.desc())
        .limit(1)
    )
    work.abandon()
    if newest is None:
        return None
    caller = clinic.caller()
    found = caller.get(f"/v1/prescriptions/{newest}").json
    prescriptions.tell(caller, f"/v1/patients/{found['patient_id']}", hours=1, told=screened()["facts"])
    return found


def session_id(clinic: Clinic):
    """A new report of the patient of the samples, of an open spot; another source told the session too."""
    caller, address = clinic.caller(), f"/v1/patients/{patient_id(clinic)}"
    sessions.sent(caller, address, source="watch", reporter="device")
    return sessions.sent(caller, address, foot_check_after="bleeding-or-open")["session_id"]


def latest_session(clinic: Clinic):
    """What `session_id` made last, as a body says it."""
    listed = clinic.caller().get(f"/v1/patients/{patient_id(clinic)}/sessions").json["items"]
    newest = max(listed, key=lambda one: one["received_at"], default={"id": str(uuid4())})
    return sessions.report(session_id=newest["id"], reason="A slip.")


def new_merger(clinic: Clinic):
    """With a report of another day."""
    address = f"/v1/patients/{patient_id(clinic)}"
    other = sessions.sent(clinic.caller(), address, performed_at=sessions.ago(days=2))
    return {"with": other["session_id"], "reason": "One walk."}


def pre_session_check_id(clinic: Clinic):
    address = f"/v1/patients/{patient_id(clinic)}/pre-session-checks"
    return clinic.caller().post(address, json={}).json["id"]


def lock_id(clinic: Clinic):
    """What such a report has locked."""
    session_id(clinic)
    locks = clinic.caller().get(f"/v1/patients/{patient_id(clinic)}/locks").json["items"]
    return locks[0]["id"]


def quarantine_id(clinic: Clinic):
    """A new report of nobody known."""
    sent = sessions.report() | {"patient_id": str(uuid4())}
    answer = clinic.caller().post("/v1/sessions/batch", json=[sent])
    return answer.json["results"][0]["quarantine_id"]


def import_id(clinic: Clinic):
    """A new import, which nobody files."""
    headers = {"Content-Type": "application/x-ndjson"}
    return clinic.caller().post("/v1/imports", data=b"{}", headers=headers).json["id"]


def new_unlock(clinic: Clinic):
    return {"practitioner_id": str(clinic.practitioner()), "reason": "Seen in the foot clinic."}


def outcome_id(clinic: Clinic):
    """A near-fall of the patient of the samples."""
    body = {
        "observed_at": "2026-01-10T08:00:00Z",
        "readings": [{"measure": "near-falls", "value": 1, "source": "samples"}],
    }
    address = f"/v1/patients/{patient_id(clinic)}/outcomes"
    return clinic.caller().post(address, json=body).json["results"][0]["outcome_id"]


def new_proposal(clinic: Clinic):
    """The documented wishes, for the patient of the samples, against whom nothing stands."""
    caller = clinic.caller()
    address = f"/v1/patients/{patient_id(clinic)}"
    prescriptions.tell(caller, address, hours=1, told=screened()["facts"])
    return examples.ASKED


OF_A_CLINIC = {
    "alert_id": alert_id,
    "check_id": check_id,
    "clearance_id": clearance_id,
    "client_id": client_id,
    "code": code,
    "delivery_id": delivery_id,
    "fact_id": fact_id,
    "import_id": import_id,
    "lock_id": lock_id,
    "outcome_id": outcome_id,
    "patient_id": patient_id,
    "practitioner_id": practitioner_id,
    "pre_session_check_id": pre_session_check_id,
    "prescription_id": prescription_id,
    "quarantine_id": quarantine_id,
    "session_id": session_id,
    "webhook_id": webhook_id,
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

BODIES = {
    "acknowledge_alert": by_a_practitioner(note="I call her now."),
    "complete_prescription": in_state("sign"),
    "correct_session": latest_session,
    "discard_prescription": in_state(),
    "grant_clearance": new_clearance,
    "hold_prescription": in_state("sign"),
    "merge_session": new_merger,
    "propose_prescription": new_proposal,
    "resolve_alert": by_a_practitioner(outcome="referred", note="Seen by the foot team."),
    "resume_prescription": in_state("sign", "hold"),
    "revoke_clearance": new_revocation,
    "sign_prescription": new_signature,
    "snooze_alert": by_a_practitioner(until=prescriptions.from_now(hours=2), reason="Seen today."),
    "stop_prescription": in_state("sign"),
    "unlock": new_unlock,
}
"""Bodies, by operation id, where the documented example does not do: functions of the clinic."""

HEADERS = {}
"""Headers, by operation, that a good request needs beyond `If-Match`."""

STATUSES = {
    "read_handout": 409,
    "read_next_dose": 409,
    "recheck_prescription": 409,
    "register_or_change_patient": 201,
    "resume_import": 409,
}
"""Statuses, by operation, that the documented example gets where it is not the first documented answer."""

UNTOUCHED = {"clinics", "alembic_version"}
"""Tables that belong to no clinic: reference tables and the migrations' own."""

APPEND_ONLY = {
    "alert_moves",
    "audit_events",
    "checks",
    "clearance_revocations",
    "clearances",
    "fact_retractions",
    "facts",
    "pre_session_checks",
    "outcome_facts",
    "outcome_retractions",
    "outcomes",
    "prescription_moves",
    "prescription_revisions",
    "quarantine_steps",
    "session_links",
    "session_triages",
    "session_versions",
}
"""Tables that the application may only add to."""
