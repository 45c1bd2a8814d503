from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from api.access.tables import Role
from api.checks.clearances import actions
from api.database.audit import AuditEvent
from tests.checks.wire import ABSOLUTE, RELEASE, facts

RULE = "foot-ulcer-healed-under-90d"
WALK = "walk-moderate"


def tell(caller, patient, *, hours=0, **values):
    seen = (datetime.now(UTC) - timedelta(hours=hours)).isoformat()
    told = caller.post(f"{patient}/facts", json={"observed_at": seen, "facts": facts(values)})
    assert told.status_code == 200, told.text


@pytest.fixture
def healed(caller, patient):
    """A patient with a fresh scar, in therapeutic footwear."""
    date = (datetime.now(UTC) - timedelta(days=40)).date().isoformat()
    scar = {"foot_ulcer_right": "healed", "ulcer_healed_date_right": date}
    tell(caller, patient, **scar, footwear="therapeutic")
    return patient


@pytest.fixture
def podiatrist(clinic):
    return str(clinic.practitioner(name="Giulia Conti", role=Role.PODIATRIST))


def grant(caller, patient, practitioner, rule_id=RULE, **more):
    body = {"rule_id": rule_id, "practitioner_id": practitioner, **more}
    return caller.post(f"{patient}/clearances", json=body)


def made(caller, patient, kind="programme"):
    return caller.post(f"{patient}/checks", json={"kind": kind}).json


def status(check, exercise_id=WALK):
    return next(one["status"] for one in check["exercises"] if one["exercise_id"] == exercise_id)


def cleared(check):
    return {one["rule_id"] for one in check["findings"] if one["cleared"]}


def standing(caller, patient):
    return [one["status"] for one in caller.get(f"{patient}/clearances").json["items"]]


def codes(answer):
    assert answer.status_code == 422, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}


def test_a_clearance_on_file_opens_what_its_rule_closed(caller, healed, podiatrist):
    assert status(made(caller, healed)) == "clearance"
    granted = grant(caller, healed, podiatrist, limits="Daily walking only.", evidence="Scar seen.")
    assert granted.status_code == 201
    assert granted.json["granted_by"]["name"] == "Giulia Conti"
    check = made(caller, healed)
    assert status(check) == "modify"
    assert cleared(check) == {RULE}
    (read,) = check["inputs"]["clearances"]
    assert (read["rule_id"], read["limits"]) == (RULE, "Daily walking only.")
    assert read["granted_by"] == {"name": "Giulia Conti", "role": "podiatrist"}
    assert caller.post(f"/v1/checks/{check['id']}/replay").json["same"]


@pytest.mark.parametrize(
    ("rule_id", "days"), [(RULE, 180), ("cardiac-vigorous-clearance", 365), ("symptoms-today", 1)]
)
def test_it_ends_when_the_specification_says(caller, patient, podiatrist, rule_id, days):
    granted = grant(caller, patient, podiatrist, rule_id).json
    lasts = datetime.fromisoformat(granted["expires_at"]) - datetime.fromisoformat(granted["granted_at"])
    assert lasts == timedelta(days=days)


def test_it_may_end_earlier_and_not_later(caller, patient, podiatrist):
    now = datetime.now(UTC)
    earlier = (now + timedelta(days=10)).isoformat()
    later = (now + timedelta(days=181)).isoformat()
    past = (now - timedelta(days=1)).isoformat()
    granted = grant(caller, patient, podiatrist, expires_at=earlier).json
    assert datetime.fromisoformat(granted["expires_at"]) == datetime.fromisoformat(earlier)
    assert codes(grant(caller, patient, podiatrist, expires_at=later)) == {("/expires_at", "too-long")}
    assert codes(grant(caller, patient, podiatrist, expires_at=past)) == {("/expires_at", "in-the-past")}


def test_a_new_ulcer_ends_it_at_once_and_for_good(caller, healed, podiatrist):
    grant(caller, healed, podiatrist)
    tell(caller, healed, foot_ulcer_left="active")
    (ended,) = caller.get(f"{healed}/clearances").json["items"]
    assert ended["status"] == "superseded"
    assert "foot_ulcer_left" in ended["superseded"]["facts"]
    assert cleared(made(caller, healed)) == set()
    tell(caller, healed, foot_ulcer_left="none")
    assert standing(caller, healed) == ["superseded"]
    assert cleared(made(caller, healed)) == set()


def test_what_was_entered_in_error_ends_nothing(caller, healed, podiatrist):
    grant(caller, healed, podiatrist)
    tell(caller, healed, foot_ulcer_left="active")
    history = caller.get(f"{healed}/facts?name=foot_ulcer_left").json["items"]
    error = {"reason": "Of another patient."}
    assert caller.post(f"{healed}/facts/{history[0]['id']}/entered-in-error", json=error).status_code == 200
    assert standing(caller, healed) == ["active"]


def test_an_ulcer_seen_before_the_grant_and_told_after_it_ends_it(caller, healed, podiatrist):
    grant(caller, healed, podiatrist)
    late = {"foot_ulcer_left": {"value": "active", "source": "a podiatry record"}}
    seen = (datetime.now(UTC) - timedelta(days=2)).isoformat()
    assert caller.post(f"{healed}/facts", json={"observed_at": seen, "facts": late}).status_code == 200
    assert standing(caller, healed) == ["superseded"]


def test_a_fact_of_the_day_ends_it_for_that_check(caller, healed, podiatrist):
    grant(caller, healed, podiatrist)
    asked = {
        "kind": "programme",
        "observed_at": datetime.now(UTC).isoformat(),
        "facts": facts({"foot_ulcer_left": "active"}),
    }
    assert cleared(caller.post(f"{healed}/checks", json=asked).json) == set()
    assert cleared(made(caller, healed)) == {RULE}


def test_a_finding_of_another_group_ends_nothing(caller, healed, podiatrist):
    grant(caller, healed, podiatrist)
    tell(caller, healed, resting_sys=170, resting_dia=95)
    assert standing(caller, healed) == ["active"]


def test_revoked_it_counts_no_longer(caller, healed, podiatrist):
    where = f"{healed}/clearances/{grant(caller, healed, podiatrist).json['id']}/revoke"
    body = {"practitioner_id": podiatrist, "reason": "Footwear was not worn."}
    revoked = caller.post(where, json=body)
    assert revoked.status_code == 200
    assert revoked.json["status"] == "revoked"
    assert revoked.json["revoked"]["reason"] == body["reason"]
    assert revoked.json["revoked"]["by"]["practitioner_id"] == podiatrist
    assert cleared(made(caller, healed)) == set()
    assert caller.post(where, json=body).status_code == 409


def test_after_its_end_it_counts_no_longer(clinic, caller, patient, podiatrist):
    work = clinic.work(moment=datetime.now(UTC) - timedelta(days=200))
    new = actions.NewClearance(rule_id="foot-preulcer", practitioner_id=UUID(podiatrist))
    actions.grant(work, UUID(patient.rpartition("/")[2]), new)
    work.commit()
    assert standing(caller, patient) == ["expired"]
    assert made(caller, patient)["inputs"]["clearances"] == []


def test_a_replayed_grant_is_one_clearance(caller, patient, podiatrist):
    headers = {"Idempotency-Key": "once"}
    body = {"rule_id": RULE, "practitioner_id": podiatrist}
    first = caller.post(f"{patient}/clearances", json=body, headers=headers)
    again = caller.post(f"{patient}/clearances", json=body, headers=headers)
    assert again.data == first.data
    assert len(caller.get(f"{patient}/clearances").json["items"]) == 1


def test_clearances_are_listed_newest_first_in_pages(caller, patient, podiatrist):
    ids = [grant(caller, patient, podiatrist, rule).json["id"] for rule in (RULE, "foot-preulcer")]
    first = caller.get(f"{patient}/clearances?limit=1").json
    second = caller.get(f"{patient}/clearances?limit=1&after={first['next']}").json
    assert [one["id"] for page in (first, second) for one in page["items"]] == ids[::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("changed", "faults"),
    [
        ({"rule_id": ABSOLUTE.id}, {("/rule_id", "not-clearable")}),
        ({"rule_id": "no-such-rule"}, {("/rule_id", "unknown-rule")}),
        ({"rule_id": 5}, {("/rule_id", "unknown-rule")}),
        ({"practitioner_id": str(uuid4())}, {("/practitioner_id", "unknown-practitioner")}),
        ({"expires_at": "tomorrow"}, {("/expires_at", "not-an-instant")}),
        ({"granted_at": "2026-01-01T00:00:00Z"}, {("/granted_at", "unknown")}),
    ],
)
def test_what_cannot_be_granted_is_refused(caller, patient, podiatrist, changed, faults):
    body = {"rule_id": RULE, "practitioner_id": podiatrist} | changed
    assert codes(caller.post(f"{patient}/clearances", json=body)) == faults
    assert standing(caller, patient) == []


@pytest.mark.parametrize(
    "rule", [rule for rule in RELEASE.rules if not rule.clearable], ids=lambda one: one.id
)
def test_nobody_clears_what_cannot_be_cleared(caller, patient, podiatrist, rule):
    assert codes(grant(caller, patient, podiatrist, rule.id)) == {("/rule_id", "not-clearable")}


def test_only_who_may_sign_clears_and_revokes(clinic, caller, patient, podiatrist):
    trainee = str(clinic.practitioner(name="A trainee", may_sign=False))
    assert codes(grant(caller, patient, trainee)) == {("/practitioner_id", "may-not-sign")}
    where = f"{patient}/clearances/{grant(caller, patient, podiatrist).json['id']}/revoke"
    body = {"practitioner_id": trainee, "reason": "No."}
    assert codes(caller.post(where, json=body)) == {("/practitioner_id", "may-not-sign")}


def test_nobody_is_cleared_who_is_not_there(caller, patient, podiatrist):
    nobody = f"/v1/patients/{uuid4()}"
    assert grant(caller, nobody, podiatrist).status_code == 404
    assert caller.get(f"{nobody}/clearances").status_code == 404
    body = {"practitioner_id": podiatrist, "reason": "No."}
    assert caller.post(f"{patient}/clearances/{uuid4()}/revoke", json=body).status_code == 404


def test_a_clearance_needs_the_scope_to_sign(clinic, patient, podiatrist):
    answer = grant(clinic.caller("checks:run", "prescriptions:write"), patient, podiatrist)
    assert answer.status_code == 403
    assert answer.json["missing_scopes"] == ["prescriptions:sign"]


def test_grant_and_revocation_are_in_the_audit_trail_with_the_person(clinic, caller, patient, podiatrist):
    clearance = grant(caller, patient, podiatrist).json["id"]
    body = {"practitioner_id": podiatrist, "reason": "No."}
    caller.post(f"{patient}/clearances/{clearance}/revoke", json=body)
    work = clinic.work()
    acts = work.db.execute(
        select(AuditEvent.action, AuditEvent.practitioner_id)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == UUID(clearance))
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    assert [tuple(act) for act in acts] == [
        ("clearance.granted", UUID(podiatrist)),
        ("clearance.revoked", UUID(podiatrist)),
    ]


def test_clearances_take_a_fixed_number_of_statements(caller, healed, podiatrist, statements):
    with statements.at_most(
        8
    ):  # queue, evidence, staff, clearance, shown with facts since, audit, prescriptions
        grant(caller, healed, podiatrist)
    grant(caller, healed, podiatrist, "foot-preulcer")
    with statements.at_most(2):
        caller.get(f"{healed}/clearances")
    with statements.at_most(5):  # and the facts since the grants
        made(caller, healed)
