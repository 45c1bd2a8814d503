from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from api.clinical.knowledge import library
from api.clinical.knowledge.examples import observations
from api.database.audit import AuditEvent
from api.patients.observations.values import plain

RELEASE = library.load()
AT = "2026-01-10T09:00:00+01:00"
LATER = "2026-01-11T09:00:00+01:00"
EXAMPLE_DAY = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def patient(clinic):
    """The address of a patient of whom nothing is known."""
    return f"/v1/patients/{clinic.patient(time_zone='Europe/Rome')}"


def record(caller, patient, facts, observed_at=AT, **headers):
    answer = caller.post(
        f"{patient}/facts", json={"observed_at": observed_at, "facts": facts}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    return answer.json["results"]


def history(caller, patient, **query):
    return caller.get(f"{patient}/facts", query_string=query).json["items"]


def known(caller, patient, name, **query):
    answer = caller.get(f"{patient}/profile", query_string=query)
    assert answer.status_code == 200, answer.text
    return next(fact for fact in answer.json["facts"] if fact["name"] == name)


def entered_in_error(caller, patient, fact_id, reason="The record of another patient."):
    return caller.post(f"{patient}/facts/{fact_id}/entered-in-error", json={"reason": reason})


def whole_patient():
    """All facts of a complete patient, in the form of the wire."""
    facts = {}
    for one in observations(RELEASE, RELEASE.base, EXAMPLE_DAY):
        fact = RELEASE.facts[one.name]
        facts[one.name] = {"value": "unknown" if one.value is None else plain(one.value)}
        if fact.unit_required:
            facts[one.name]["unit"] = fact.units[0].code
    return facts


def test_facts_are_put_on_file_and_shown_as_they_were_sent(caller, clinic, patient):
    body = {
        "value": 7.8,
        "unit": "mmol/L",
        "method": "finger stick",
        "source": "meter",
        "source_record_id": "9",
    }
    (result,) = record(caller, patient, {"glucose_mg_dl": body})
    assert result == {
        "pointer": "/facts/glucose_mg_dl",
        "name": "glucose_mg_dl",
        "observed_at": "2026-01-10T08:00:00Z",
        "result": "accepted",
        "fact_id": result["fact_id"],
        "corrects": None,
    }
    (shown,) = history(caller, patient)
    assert shown.pop("recorded_by") is not None
    assert shown.pop("recorded_at") > "2026"
    assert shown == {
        "id": result["fact_id"],
        "name": "glucose_mg_dl",
        "value": 140.5248,
        "unit": "mg/dL",
        "value_as_sent": 7.8,
        "unit_as_sent": "mmol/L",
        "observed_at": "2026-01-10T08:00:00Z",
        "method": "finger stick",
        "source": "meter",
        "source_record_id": "9",
        "status": "on-file",
        "taken_back": None,
    }


def test_a_source_is_the_client_where_none_is_told(caller, patient):
    record(caller, patient, {"lops_left": {"value": "yes"}})
    (shown,) = history(caller, patient)
    assert shown["source"] == shown["recorded_by"]


def test_every_kind_of_value_comes_back_as_it_went_in(caller, patient):
    facts = whole_patient()
    record(caller, patient, facts)
    shown = {fact["name"]: fact for fact in history(caller, patient, limit=200)}
    assert {name: fact["value_as_sent"] for name, fact in shown.items()} == {
        name: fact["value"] for name, fact in facts.items()
    }
    profile = caller.get(f"{patient}/profile", query_string={"as_of": AT}).json
    seen = {fact["name"]: fact["observed"]["value"] for fact in profile["facts"] if fact["observed"]}
    expected = observations(RELEASE, RELEASE.base, EXAMPLE_DAY)
    assert seen == {one.name: plain(one.value) for one in expected}


def test_explicitly_unknown_is_kept_as_such(caller, patient):
    record(caller, patient, {"lops_left": {"value": "unknown"}})
    (shown,) = history(caller, patient)
    assert (shown["value"], shown["value_as_sent"]) == (None, "unknown")


def test_no_facts_are_no_fault(caller, patient):
    assert record(caller, patient, {}) == []
    assert history(caller, patient) == []


def test_one_faulty_fact_and_nothing_is_kept(caller, patient):
    facts = {"lops_left": {"value": "yes"}, "resting_sys": {"value": 100}, "resting_dia": {"value": 110}}
    answer = caller.post(f"{patient}/facts", json={"observed_at": AT, "facts": facts, "more": 1})
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]] == [
        ("/more", "unknown"),
        ("/facts/resting_dia/value", "not-below-systolic"),
    ]
    assert history(caller, patient) == []


@pytest.mark.parametrize("body", [[], "x", {}, {"facts": 1}])
def test_a_body_that_is_none_is_refused(caller, patient, body):
    assert caller.post(f"{patient}/facts", json=body).status_code == 422


def test_a_fact_sent_twice_is_kept_once(caller, patient):
    first = record(caller, patient, {"lops_left": {"value": "yes"}})
    again = record(caller, patient, {"lops_left": {"value": "yes"}})
    assert [(one["result"], one["fact_id"]) for one in again] == [("duplicate", first[0]["fact_id"])]
    assert len(history(caller, patient)) == 1


def test_a_fact_repeated_in_one_body_is_kept_once(caller, patient):
    results = record(caller, patient, {"lops_left": [{"value": "yes"}, {"value": "yes"}]})
    assert [one["result"] for one in results] == ["accepted", "duplicate"]
    assert [one["pointer"] for one in results] == ["/facts/lops_left/0", "/facts/lops_left/1"]


def test_the_same_value_in_another_unit_is_the_same(caller, patient):
    record(caller, patient, {"height_cm": {"value": 1.7, "unit": "m"}})
    assert record(caller, patient, {"height_cm": {"value": 170, "unit": "cm"}})[0]["result"] == "duplicate"


def test_another_source_saying_the_same_is_no_duplicate(caller, patient):
    record(caller, patient, {"lops_left": {"value": "yes"}})
    results = record(caller, patient, {"lops_left": {"value": "yes", "source": "podiatry"}})
    assert results[0]["result"] == "accepted"


def test_an_older_fact_goes_into_the_history_only(caller, patient):
    record(caller, patient, {"pain_nrs": {"value": 3}}, LATER)
    assert record(caller, patient, {"pain_nrs": {"value": 8}}, AT)[0]["result"] == "superseded"
    assert known(caller, patient, "pain_nrs", as_of=LATER)["value"] == 3
    assert known(caller, patient, "pain_nrs", as_of=AT)["value"] == 8


def test_of_several_in_one_body_the_newest_is_current(caller, patient):
    several = [{"value": 3, "observed_at": LATER}, {"value": 8}]
    results = record(caller, patient, {"pain_nrs": several})
    assert [one["result"] for one in results] == ["accepted", "superseded"]


def test_the_same_record_with_another_value_corrects_it(caller, patient):
    (first,) = record(caller, patient, {"pain_nrs": {"value": 3, "source_record_id": "r1"}})
    (second,) = record(caller, patient, {"pain_nrs": {"value": 5, "source_record_id": "r1"}})
    assert (second["result"], second["corrects"]) == ("accepted", first["fact_id"])
    shown = {fact["id"]: fact for fact in history(caller, patient)}
    assert shown[first["fact_id"]]["status"] == "corrected"
    assert shown[first["fact_id"]]["taken_back"]["replaced_by"] == second["fact_id"]
    assert known(caller, patient, "pain_nrs", as_of=AT)["value"] == 5


def test_a_record_may_be_corrected_again_and_back(caller, patient):
    for value in (3, 5, 3, 3):
        results = record(caller, patient, {"pain_nrs": {"value": value, "source_record_id": "r1"}})
    assert results[0]["result"] == "duplicate"
    assert len(history(caller, patient)) == 3
    assert known(caller, patient, "pain_nrs", as_of=AT)["value"] == 3
    assert known(caller, patient, "pain_nrs", as_of=AT)["others"] == []


def test_a_record_moved_in_time_is_corrected(caller, patient):
    record(caller, patient, {"pain_nrs": {"value": 3, "source_record_id": "r1"}}, LATER)
    record(caller, patient, {"pain_nrs": {"value": 3, "source_record_id": "r1"}}, AT)
    assert (
        known(caller, patient, "pain_nrs", as_of=LATER)["observed"]["observed_at"] == "2026-01-10T08:00:00Z"
    )


def test_a_record_of_one_panel_holds_several_facts(caller, patient):
    panel = {"source": "cuff", "source_record_id": "bp-1"}
    facts = {"resting_sys": {"value": 130, **panel}, "resting_dia": {"value": 80, **panel}}
    assert [one["result"] for one in record(caller, patient, facts)] == ["accepted", "accepted"]


def test_records_corrected_within_one_body_follow_each_other(caller, patient):
    several = [{"value": 3, "source_record_id": "r1"}, {"value": 5, "source_record_id": "r1"}]
    first, second = record(caller, patient, {"pain_nrs": several})
    assert second["corrects"] == first["fact_id"]
    assert known(caller, patient, "pain_nrs", as_of=AT)["value"] == 5


def test_an_error_counts_no_longer_and_stays_in_the_history(caller, patient):
    record(caller, patient, {"foot_ulcer_left": {"value": "none"}})
    (wrong,) = record(caller, patient, {"foot_ulcer_left": {"value": "active"}}, LATER)
    assert known(caller, patient, "foot_ulcer_left", as_of=LATER)["value"] == "active"
    answer = entered_in_error(caller, patient, wrong["fact_id"])
    assert (answer.status_code, answer.json["status"]) == (200, "entered-in-error")
    assert answer.json["taken_back"]["reason"] == "The record of another patient."
    assert known(caller, patient, "foot_ulcer_left", as_of=LATER)["value"] == "none"
    assert len(history(caller, patient)) == 2


def test_an_error_told_twice_is_told_once(caller, patient):
    (wrong,) = record(caller, patient, {"lops_left": {"value": "yes"}})
    first = entered_in_error(caller, patient, wrong["fact_id"])
    assert entered_in_error(caller, patient, wrong["fact_id"], "for another reason").json == first.json


@pytest.mark.parametrize("body", [{"value": "yes"}, {"value": "yes", "source_record_id": "r1"}])
def test_an_error_sent_again_by_its_source_stays_one(caller, patient, body):
    (wrong,) = record(caller, patient, {"lops_left": body})
    entered_in_error(caller, patient, wrong["fact_id"])
    assert record(caller, patient, {"lops_left": body})[0]["result"] == "duplicate"
    assert known(caller, patient, "lops_left", as_of=AT)["state"] == "unknown"


def test_a_correction_of_an_error_counts(caller, patient):
    (wrong,) = record(caller, patient, {"pain_nrs": {"value": 3, "source_record_id": "r1"}})
    entered_in_error(caller, patient, wrong["fact_id"])
    record(caller, patient, {"pain_nrs": {"value": 4, "source_record_id": "r1"}})
    assert known(caller, patient, "pain_nrs", as_of=AT)["value"] == 4


def test_a_reason_is_needed(caller, patient):
    (wrong,) = record(caller, patient, {"lops_left": {"value": "yes"}})
    answer = caller.post(f"{patient}/facts/{wrong['fact_id']}/entered-in-error", json={})
    assert answer.status_code == 422


def test_a_fact_of_another_patient_is_not_found(caller, patient):
    (wrong,) = record(caller, patient, {"lops_left": {"value": "yes"}})
    other = caller.post("/v1/patients", json={}).headers["Location"]
    assert entered_in_error(caller, other, wrong["fact_id"]).status_code == 404


def test_nothing_is_put_on_file_of_nobody(caller, patient):
    nobody = patient[:-12] + "000000000000"
    for answer in (
        caller.post(f"{nobody}/facts", json={"observed_at": AT, "facts": {"lops_left": {"value": "yes"}}}),
        caller.get(f"{nobody}/facts"),
        caller.get(f"{nobody}/profile"),
    ):
        assert answer.status_code == 404


def test_the_history_is_listed_newest_first_page_by_page(caller, patient):
    start = datetime(2026, 1, 1, tzinfo=UTC)
    several = [{"value": n, "observed_at": (start + timedelta(hours=n)).isoformat()} for n in range(5)]
    record(caller, patient, {"pain_nrs": several, "lops_left": {"value": "no"}}, LATER)
    listed, address = [], f"{patient}/facts?name=pain_nrs&limit=2"
    while address:
        page = caller.get(address)
        listed += [fact["value"] for fact in page.json["items"]]
        link = page.headers.get("Link", "")
        address = link[1 : link.index(">")] if link else None
    assert listed == [4, 3, 2, 1, 0]


def test_the_history_of_a_fact_that_is_none_is_refused(caller, patient):
    assert caller.get(f"{patient}/facts?name=lops").status_code == 422


def test_facts_sent_again_under_their_key_are_answered_again(caller, patient):
    key = {"Idempotency-Key": "k"}
    first = record(caller, patient, {"lops_left": {"value": "yes"}}, **key)
    assert record(caller, patient, {"lops_left": {"value": "yes"}}, **key) == first
    other = {"observed_at": AT, "facts": {"lops_left": {"value": "no"}}}
    assert caller.post(f"{patient}/facts", json=other, headers=key).status_code == 422


def test_what_is_done_to_facts_is_on_the_audit_trail(caller, clinic, patient):
    (wrong,) = record(caller, patient, {"lops_left": {"value": "yes"}})
    entered_in_error(caller, patient, wrong["fact_id"])
    work = clinic.work()
    acts = work.db.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert acts[-3:] == ["patient.registered", "facts.recorded", "fact.entered-in-error"]


def test_a_whole_patient_is_put_on_file_in_five_statements(caller, patient, statements):
    facts = {
        name: fact
        for name, fact in whole_patient().items()
        if name not in {"birth_date", "sex_for_reference"}
    }
    record(caller, patient, {"lops_left": {"value": "unknown"}}, "2026-01-01T00:00:00Z")
    with statements.at_most(
        5
    ):  # queue at the patient, read what is on file, insert, its prescriptions, audit
        record(caller, patient, facts)


def test_a_profile_is_read_in_one_statement(caller, patient, statements):
    record(caller, patient, whole_patient())
    with statements.at_most(1):
        known(caller, patient, "lops_left")


def test_every_read_is_one_statement(caller, patient, statements):
    caller.get(patient)
    with statements.at_most(1):
        caller.get(patient)
    with statements.at_most(1):
        caller.get("/v1/patients")
    record(caller, patient, {"lops_left": {"value": "yes"}})
    with statements.at_most(1):
        caller.get(f"{patient}/facts")
