import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import rfc8785
from sqlalchemy import select

from api.database.audit import AuditEvent
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    content,
    drafted,
    moved,
    on_file,
    redraft,
    sign,
    signed,
)

TODAY = datetime.now(ZoneInfo("Europe/Rome")).date()


def day(offset):
    return (TODAY + timedelta(days=offset)).isoformat()


def test_a_signature_freezes_the_draft_as_it_was_read(caller, patient, signer):
    made = drafted(caller, patient)
    answer = sign(caller, made, signer)
    assert answer.status_code == 200, answer.text
    shown, revision = answer.json, answer.json["signed"]
    assert (shown["state"], shown["revision"], shown["draft"], shown["safety"]) == ("active", 1, None, "safe")
    assert revision["document"] == made["draft"]["document"]
    assert revision["sha256"] == hashlib.sha256(rfc8785.dumps(revision["document"])).hexdigest()
    assert revision["practitioner_id"] == signer
    assert revision["effective_from"] == TODAY.isoformat()
    check = caller.get(f"/v1/checks/{revision['check_id']}").json
    assert check["decision"] == "modified"
    assert [(one["move"], one["state"]) for one in shown["history"]] == [("sign", "active")]


def test_a_stale_hash_is_refused(caller, patient, signer):
    made = drafted(caller, patient)
    changed = redraft(caller, made, content(WALK)).json
    assert sign(caller, made, signer).status_code == 409
    assert sign(caller, changed, signer).status_code == 200
    assert sign(caller, changed, signer).status_code == 409


def test_a_signature_without_the_right_is_refused(clinic, caller, patient, signer):
    made = drafted(caller, patient)
    nurse = str(clinic.practitioner(name="Ada Neri", may_sign=False))
    refused = sign(caller, made, nurse)
    assert (refused.status_code, refused.json["type"]) == (403, "/problems/not-entitled")
    assert sign(caller, made, str(uuid4())).status_code == 422
    without = sign(clinic.caller("prescriptions:write"), made, signer)
    assert (without.status_code, without.json["missing_scopes"]) == (403, ["prescriptions:sign"])
    assert caller.get(address(made)).json["state"] == "draft"


def test_another_clinics_prescription_is_not_found(caller, other_clinic, patient):
    made = drafted(caller, patient)
    elsewhere = other_clinic.caller()
    assert elsewhere.get(address(made)).status_code == 404
    assert sign(elsewhere, made, str(other_clinic.practitioner())).status_code == 404
    theirs = str(other_clinic.practitioner())
    assert sign(caller, made, theirs).status_code == 422


def test_a_patient_has_one_active_prescription(caller, patient, signer):
    first = signed(caller, patient, signer)
    second = drafted(caller, patient)
    refused = sign(caller, second, signer)
    assert refused.status_code == 409
    assert first["id"] in refused.json["detail"]
    assert moved(caller, first, "stop", signer, reason="A new plan.").status_code == 200
    assert sign(caller, second, signer).status_code == 200


def test_a_new_revision_says_what_it_changes_and_why(caller, patient, signer):
    first = signed(caller, patient, signer)
    body = content(reason="Tired by the cycle.", effective_from=day(7))
    body["doses"]["aerobic"]["minutes"] = 6
    second = redraft(caller, first, body).json
    shown = sign(caller, second, signer).json
    assert (shown["revision"], shown["signed"]["number"]) == (2, 2)
    assert shown["signed"]["reason"] == "Tired by the cycle."
    assert shown["signed"]["effective_from"] == day(7)
    assert shown["signed"]["changes"] == [
        {"pointer": "/effective_from", "before": None, "after": day(7)},
        {"pointer": "/doses/aerobic/minutes", "before": 8, "after": 6},
    ]


def test_revisions_stay_as_they_were_signed(caller, patient, signer):
    first = signed(caller, patient, signer)
    second = redraft(caller, first, content(CYCLE, reason="No balance yet.")).json
    assert sign(caller, second, signer).status_code == 200
    listed = caller.get(f"{address(first)}/revisions?limit=1")
    assert [one["number"] for one in listed.json["items"]] == [2]
    following = caller.get(f"{address(first)}/revisions?limit=1&after={listed.json['next']}").json
    assert following == {"items": [first["signed"]], "next": None}
    assert caller.get(f"/v1/prescriptions/{uuid4()}/revisions").status_code == 404


def test_nothing_is_signed_for_the_past(caller, patient, signer):
    late = drafted(caller, patient, effective_from=day(-1))
    assert sign(caller, late, signer).status_code == 409
    over = drafted(caller, patient, ends_on=day(-1))
    assert sign(caller, over, signer).status_code == 409
    ahead = drafted(caller, patient, effective_from=day(1), ends_on=day(1))
    assert sign(caller, ahead, signer).status_code == 200


def test_a_signature_under_the_same_key_counts_once(caller, patient, signer):
    made = drafted(caller, patient)
    key = {"Idempotency-Key": "sign-once"}
    first, again = sign(caller, made, signer, **key), sign(caller, made, signer, **key)
    assert (first.status_code, again.status_code, again.data) == (200, 200, first.data)
    assert len(caller.get(f"{address(made)}/revisions").json["items"]) == 1


def test_who_signed_is_in_the_audit_trail(clinic, caller, patient, signer):
    made = signed(caller, patient, signer)
    work = clinic.work()
    acts = work.db.execute(
        select(AuditEvent.action, AuditEvent.practitioner_id)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == UUID(made["id"]))
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    assert [act.action for act in acts] == [
        "prescription.drafted",
        "prescription.signed",
        "prescription.rechecked",
    ]
    assert acts[1].practitioner_id == UUID(signer)


def test_the_signature_asks_the_database_a_fixed_number_of_times(caller, signer, statements):
    made = drafted(caller, on_file(caller), CYCLE)
    with statements.at_most(29):
        assert sign(caller, made, signer).status_code == 200
    with statements.at_most(4):  # the prescription, its revision, overrides, history
        caller.get(address(made))
    with statements.at_most(1):
        caller.get(f"{address(made)}/revisions")


def test_the_moment_of_a_signature_is_the_requests(caller, patient, signer):
    before = datetime.now(UTC)
    made = signed(caller, patient, signer)
    assert before <= datetime.fromisoformat(made["signed"]["signed_at"]) <= datetime.now(UTC)
