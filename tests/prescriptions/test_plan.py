from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest

from api.clinical.day_rules import facts_of_the_day
from api.clinical.knowledge import library
from api.clinical.locks import Lock
from api.clinical.vocabulary import UNKNOWN
from api.prescriptions.plans import plan as plans
from api.prescriptions.plans import spoken
from api.prescriptions.wording import Language, wording
from api.web.request import nothing_locked
from tests.checks.wire import screened
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    content,
    drafted,
    from_now,
    moved,
    on_file,
    override,
    redraft,
    sign,
    signed,
    tell,
)

NOW = datetime.now(UTC)
ROME, AUCKLAND = ZoneInfo("Europe/Rome"), ZoneInfo("Pacific/Auckland")
REASON = {"beyond_ceiling_reason": "Watched by a physiotherapist."}


def read(caller, patient, **query):
    answer = caller.get(f"{patient}/plan", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def by_exercise(plan):
    return {one["exercise_id"]: one for one in plan["items"]}


def states(plan):
    return {name: one["state"] for name, one in by_exercise(plan).items()}


def id_of(patient):
    return UUID(patient.rsplit("/", 1)[1])


def at(clinic, patient, moment):
    """The plan as it is told at a moment."""
    work = clinic.work(moment=moment)
    told = plans.plan(work, id_of(patient), None, nothing_locked)
    work.abandon()
    return told


def noon(days, zone=ROME):
    """Noon of a day of the zone, so many days from today."""
    day = NOW.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, time(12), zone)


@pytest.fixture
def begun(caller, signer, clock):
    """Signs a prescription three days ago, for a patient who was seen then; the address of the patient."""

    def begin(*exercise_ids, zone="Europe/Rome", **changed):
        clock.now = noon(-3, ZoneInfo(zone))
        made = caller.post("/v1/patients", json={"birth_date": "1964-03-09", "time_zone": zone})
        patient = made.headers["Location"]
        tell(caller, patient, hours=1, told=screened()["facts"])
        signed(caller, patient, signer, *exercise_ids, **changed)
        clock.now = NOW
        return patient

    return begin


@pytest.fixture
def locked(app, monkeypatch):
    """Gives reports that lock something."""

    def lock(*locks):
        building = replace(app.extensions["surefoot"], locks=lambda work, patient_id: locks)
        monkeypatch.setitem(app.extensions, "surefoot", building)

    return lock


def test_a_patient_without_a_prescription_has_a_plan_that_says_so(caller, patient):
    drafted(caller, patient)
    plan = read(caller, patient)
    assert (plan["status"], plan["version"], plan["items"], plan["questions"]) == ("none", None, [], [])
    assert plan["reason"].startswith("There is no exercise plan")
    assert plan["stop_signs"]
    assert plan["next_change_at"] is None


def test_an_unknown_patient_has_no_plan(caller, other_clinic):
    assert caller.get(f"/v1/patients/{uuid4()}/plan").status_code == 404
    assert caller.get(f"/v1/patients/{other_clinic.patient()}/plan").status_code == 404


def test_a_plan_says_what_to_do_today(caller, patient, signer):
    made = signed(caller, patient, signer)
    plan = read(caller, patient)
    assert (plan["status"], plan["week"], plan["prescription_id"]) == ("in-force", 1, made["id"])
    assert plan["version"]["sha256"] == made["signed"]["sha256"]
    assert plan["as_of_local_date"] == NOW.astimezone(ROME).date().isoformat()
    assert [one["exercise_id"] for one in plan["items"]] == ["recumbent-cycle-easy", "semi-tandem"]
    first, second = plan["items"]
    assert first["dose"].startswith("3 days a week, 8 minutes each time.")
    assert (second["note"], second["state"], second["paused"]) == ("Hold on to the worktop.", "open", [])
    assert plan["doses"]["aerobic"]["minutes"] == 8
    assert [one["name"] for one in plan["parts"]] == ["Endurance", "Balance"]
    assert plan["frame"][0] == "Warm up for 5 minutes, easily."
    needed = {one["fact"] for one in plan["questions"] if one["needed"]}
    assert needed == {"acute_illness_today", "symptoms_today"}


def test_a_plan_speaks_the_language_of_its_patient(caller, patient, signer):
    signed(caller, patient, signer)
    tag = caller.get(patient).headers["ETag"]
    caller.patch(patient, json={"language": "es-MX"}, headers={"If-Match": tag})
    spanish = read(caller, patient)
    assert (spanish["language"], spanish["reason"]) == ("es", "Su plan vale hoy.")
    german = read(caller, patient, language="de")
    assert german["questions"][0]["text"] == "Haben Sie heute Fieber, oder sind Sie krank?"
    assert caller.get(f"{patient}/plan?language=fr").status_code == 422


def test_an_unchanged_plan_is_not_sent_again(caller, patient, signer):
    signed(caller, patient, signer)
    answer = caller.get(f"{patient}/plan")
    tag = answer.headers["ETag"]
    assert answer.headers["Cache-Control"] == "no-store"
    same = caller.get(f"{patient}/plan", headers={"If-None-Match": tag})
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    tell(caller, patient, foot_ulcer_left="active")
    changed = caller.get(f"{patient}/plan", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json["status"]) == (200, "needs-review")
    assert changed.headers["ETag"] != tag


def test_a_paused_exercise_says_why_and_since_when(caller, patient, signer):
    signed(caller, patient, signer, CYCLE, WALK)
    tell(caller, patient, hours=0.1, stress_fracture_suspected="yes")
    plan = read(caller, patient)
    assert (plan["status"], states(plan)) == ("paused", {CYCLE: "paused", WALK: "paused"} | states(plan))
    walk = by_exercise(plan)[WALK]
    (why,) = [one for one in walk["paused"] if one["reason"] == "seed-new-shape-or-stress-fracture"]
    assert why["kind"] == "rule"
    assert why["text"].startswith("A foot may have changed its shape")
    assert datetime.fromisoformat(why["since"]) < datetime.now(UTC)
    assert "seed-new-shape-or-stress-fracture" in {one["rule_id"] for one in plan["advice"]}
    german = by_exercise(read(caller, patient, language="de"))[WALK]
    assert german["state"] == "paused"
    assert german["paused"][0]["text"]


def test_where_nothing_may_be_dosed_nothing_is_open(caller, patient, signer):
    signed(caller, patient, signer)
    tell(caller, patient, resting_sys=190)
    plan = read(caller, patient)
    assert (plan["status"], set(states(plan).values()), plan["questions"]) == ("needs-review", {"paused"}, [])


def test_what_runs_out_closes_the_plan_without_a_worker(clinic, begun):
    """The stored standing is that of the signature: nobody has looked at it since."""
    patient = begun(WALK)
    assert at(clinic, patient, noon(-2))["status"] == "in-force"
    later = at(clinic, patient, noon(200))
    assert later["status"] in {"paused", "needs-review"}
    assert states(later)[WALK] == "paused"


def test_weeks_turn_at_the_midnight_of_the_patient(clinic, begun):
    items = content(CYCLE, WALK)["items"]
    items[1]["from_week"] = 2
    patient = begun(zone="Pacific/Auckland", items=items)
    began = noon(-3, AUCKLAND).date()
    midnight = datetime.combine(began + timedelta(days=7), time.min, AUCKLAND)
    before = at(clinic, patient, midnight - timedelta(minutes=1))
    after = at(clinic, patient, midnight)
    assert (before["week"], after["week"]) == (1, 2)
    assert (states(before)[WALK], states(after)[WALK]) == ("upcoming", "open")
    assert by_exercise(before)[WALK]["starts_on"] == midnight.date()
    assert before["next_change_at"] <= before["valid_until"] == midnight
    assert midnight.astimezone(UTC).date() < after["as_of_local_date"]


def test_a_plan_that_has_not_begun_says_when(clinic, caller, patient, signer):
    first = NOW.astimezone(ROME).date() + timedelta(days=3)
    signed(caller, patient, signer, effective_from=first.isoformat())
    plan = read(caller, patient)
    assert (plan["status"], plan["week"], plan["questions"]) == ("not-started", None, [])
    assert set(states(plan).values()) == {"upcoming"}
    assert {one["starts_on"] for one in plan["items"]} == {first.isoformat()}
    assert str(first.day) in plan["reason"]
    assert at(clinic, patient, datetime.combine(first, time(9), ROME))["status"] == "in-force"


def test_a_later_revision_takes_over_on_its_day(clinic, caller, patient, signer):
    made = signed(caller, patient, signer, CYCLE)
    first = NOW.astimezone(ROME).date() + timedelta(days=2)
    body = content(WALK, effective_from=first.isoformat(), reason="Walking goes well.")
    assert sign(caller, redraft(caller, made, body).json, signer).status_code == 200
    midnight = datetime.combine(first, time.min, ROME)
    before, after = at(clinic, patient, midnight - timedelta(seconds=1)), at(clinic, patient, midnight)
    assert (before["version"]["revision"], list(states(before))) == (1, [CYCLE])
    assert (after["version"]["revision"], list(states(after))) == (2, [WALK])
    assert after["week"] == 1


def test_a_plan_ends_with_its_last_day(clinic, caller, patient, signer):
    last = NOW.astimezone(ROME).date() + timedelta(days=1)
    signed(caller, patient, signer, ends_on=last.isoformat())
    midnight = datetime.combine(last + timedelta(days=1), time.min, ROME)
    before, after = at(clinic, patient, midnight - timedelta(seconds=1)), at(clinic, patient, midnight)
    assert (before["status"], after["status"]) == ("in-force", "ended")
    assert before["next_change_at"] <= midnight
    assert (after["items"], after["questions"], after["week"], after["doses"]) == ([], [], None, None)


@pytest.mark.parametrize("move", ["stop", "complete"])
def test_what_was_ended_is_ended(caller, patient, signer, move):
    made = signed(caller, patient, signer)
    moved(caller, made, move, signer, reason="Enough.")
    plan = read(caller, patient)
    assert (plan["status"], plan["items"], plan["prescription_id"]) == ("ended", [], made["id"])


def test_on_hold_everything_is_paused(caller, patient, signer):
    made = signed(caller, patient, signer)
    moved(caller, made, "hold", signer, reason="A private reason.")
    plan = read(caller, patient)
    assert (plan["status"], set(states(plan).values())) == ("on-hold", {"paused"})
    (why,) = plan["items"][0]["paused"]
    assert (why["kind"], why["reason"]) == ("on-hold", None)
    assert "private" not in str(plan)
    assert datetime.fromisoformat(why["since"]) <= datetime.now(UTC)


def test_the_active_prescription_goes_before_one_on_hold(caller, patient, signer):
    held = signed(caller, patient, signer, CYCLE)
    moved(caller, held, "hold", signer, reason="A cold.")
    active = signed(caller, patient, signer, WALK)
    assert read(caller, patient)["prescription_id"] == active["id"]


def test_a_lock_pauses_what_it_names(caller, patient, signer, locked):
    signed(caller, patient, signer, CYCLE, WALK)
    report, until = uuid4(), NOW + timedelta(days=2)
    lock = Lock(
        report_id=report,
        reason="rep-blister",
        since=NOW - timedelta(hours=1),
        until=until,
        tags=frozenset({"weight-bearing"}),
    )
    locked(lock)
    plan = read(caller, patient)
    assert (plan["status"], states(plan)) == ("paused", {CYCLE: "open", WALK: "paused"})
    (why,) = by_exercise(plan)[WALK]["paused"]
    assert (why["kind"], why["reason"], why["report_id"]) == ("lock", "rep-blister", str(report))
    assert datetime.fromisoformat(plan["next_change_at"]) <= until
    assert {one["fact"] for one in plan["questions"]} >= {"symptoms_today"}
    locked(replace(lock, tags=frozenset({"*"}), until=None))
    whole = read(caller, patient)
    assert (set(states(whole).values()), whole["questions"]) == ({"paused"}, [])
    assert whole["reason"].startswith("All exercises of your plan are paused.")
    locked(replace(lock, until=NOW))
    assert read(caller, patient)["status"] == "in-force"


def test_an_override_is_told_with_what_is_watched_and_ends(clinic, caller, signer):
    patient = on_file(caller, foot_drop="yes")
    given = override(signer, "neuro-foot-drop", "walk-brisk", expires_at=from_now(hours=5))
    signed(caller, patient, signer, "walk-brisk", CYCLE, overrides=[given], **REASON)
    plan = read(caller, patient)
    brisk = by_exercise(plan)["walk-brisk"]
    assert (brisk["state"], brisk["monitoring"][0]["rule_id"]) == ("open", "neuro-foot-drop")
    assert datetime.fromisoformat(plan["next_change_at"]) <= datetime.fromisoformat(given["expires_at"])
    assert states(at(clinic, patient, NOW + timedelta(hours=6)))["walk-brisk"] == "paused"


def test_until_it_may_change_a_plan_says_the_same(clinic, begun):
    patient = begun(CYCLE, WALK)
    moment = noon(-2)
    for _ in range(6):
        told = at(clinic, patient, moment)
        assert moment < told["valid_until"] <= told["next_change_at"] or told["next_change_at"] is None
        assert at(clinic, patient, told["valid_until"] - timedelta(seconds=1)) == told
        moment = told["valid_until"]


def test_a_plan_is_six_statements_at_most_and_writes_nothing(caller, patient, signer, statements):
    made = signed(caller, patient, signer)
    with statements.at_most(6):
        read(caller, patient)
    assert caller.get(address(made)).json["history"][-1]["move"] == "sign"


def test_somebody_without_a_plan_costs_one_statement(caller, patient, statements):
    with statements.at_most(1):
        assert read(caller, patient)["status"] == "none"


def test_a_plan_tells_the_share_that_feet_may_carry_this_week(clinic, begun):
    cap = {"weight_bearing_percent": 50, "weeks": 1, "percent_after": 100}
    patient = begun(CYCLE, doses=content()["doses"] | {"foot_cap": cap})
    shares = [at(clinic, patient, noon(days))["weight_bearing_percent"] for days in (3, 4)]
    assert shares == [50, 100]


@pytest.mark.parametrize("language", Language)
def test_whatever_can_be_asked_on_the_day_has_words(language):
    words, release = wording(language), library.load()
    for name in facts_of_the_day(release):
        fact = release.facts[name]
        if not fact.display_only:
            assert spoken.speakable(words, release, name)
            assert spoken.text_of(words, name).endswith("?")
            assert all(words.say("answer", value) for value in (*fact.values, UNKNOWN))
