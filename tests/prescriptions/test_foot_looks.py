"""What a clear look before a session does for the plan, day after day."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from api.clinical.months import months_after
from tests.checks.wire import facts, screened
from tests.prescriptions import wire
from tests.prescriptions.test_pre_session import REASON, WELL, check, states
from tests.prescriptions.wire import CYCLE, WALK, from_now, signed, tell

ROME = ZoneInfo("Europe/Rome")
AT_RISK = {"lops_left": "yes", "monofilament_insensate_left": 3, "amputation_left": "toe"}
SCREEN = "screen_feet_today"
NOT_LOOKED_AT = {"new_foot_shape_change": "no", "stress_fracture_suspected": "no"}
"""What that screen stands for beside the facts that a look renews."""
HOT = "hot_swollen_foot_left"
MORE_FOR_A_LOOK = 10
"""Three to put it on file; seven to check again what is signed."""
NOT_LOOKED = {"screen_today": "clear", "foot_check_today": "not-done"}


def renew_the_rest(caller, patient, **changed):
    """Tell anew all but what was seen of the feet."""
    told = screened(**changed)["facts"] | facts(NOT_LOOKED_AT)
    tell(caller, patient, told={name: one for name, one in told.items() if name != SCREEN})


def plan(caller, patient):
    items = caller.get(f"{patient}/plan").json["items"]
    return {one["exercise_id"]: one["state"] for one in items}


def looks(caller, patient, name=HOT):
    """What looks put on file of a fact, newest first."""
    found = caller.get(f"{patient}/facts", query_string={"name": name}).json["items"]
    return [one for one in found if one["source"] == "foot-looks"]


def shown(caller, patient, name=HOT):
    """What is known of a fact now."""
    return next(one for one in caller.get(f"{patient}/profile").json["facts"] if one["name"] == name)


def at_noon(clock):
    """Let the clock stand at the noon of tomorrow, far from any midnight."""
    tomorrow = clock.now.astimezone(ROME).date() + timedelta(days=1)
    clock.now = datetime.combine(tomorrow, time(12), ROME).astimezone(UTC)


@pytest.fixture
def walking(lasting, clinic, clock):
    """Signs a plan with walking for a patient whose feet were examined an hour ago, at noon; the address."""
    at_noon(clock)

    def begin(**changed):
        patient = wire.on_file(lasting, **changed)
        signed(lasting, patient, str(clinic.practitioner()), CYCLE, WALK, **REASON)
        return patient

    return begin


def test_with_a_clear_look_before_each_session_walking_stays_open(lasting, walking, clock):
    patient = walking()
    for _ in range(14):
        clock.forward(days=1)
        assert check(lasting, patient, WELL)["result"] == "go"
    renew_the_rest(lasting, patient)
    assert plan(lasting, patient) == {CYCLE: "open", WALK: "open"}
    carried = shown(lasting, patient)
    assert (carried["observed"]["method"], carried["observed"]["source"]) == ("self-check", "foot-looks")
    assert datetime.fromisoformat(carried["counts_until"]) == datetime.fromisoformat(from_now(days=7))
    clock.forward(days=6, hours=23)
    assert plan(lasting, patient)[WALK] == "open"
    clock.forward(hours=1, seconds=1)
    assert plan(lasting, patient)[WALK] == "paused"


def test_without_looks_it_closes_after_a_week(lasting, walking, clock):
    patient = walking()
    for _ in range(6):
        clock.forward(days=1)
        check(lasting, patient, NOT_LOOKED)
        check(lasting, patient, {"screen_today": "clear", "foot_check_today": "unknown"})
        check(lasting, patient, {"screen_today": "clear"})
    assert looks(lasting, patient) == []
    clock.forward(days=1)
    assert plan(lasting, patient)[WALK] == "paused"


def test_a_look_counts_already_for_its_own_check(lasting, walking, clock):
    patient = walking()
    clock.forward(days=9)
    assert plan(lasting, patient)[WALK] == "paused"
    assert states(check(lasting, patient, NOT_LOOKED))[WALK] == "not-today"
    answer = check(lasting, patient, WELL)
    assert (answer["result"], states(answer)[WALK]) == ("go", "open")
    assert plan(lasting, patient)[WALK] == "open"
    (one,) = looks(lasting, patient)
    assert (one["method"], one["value"]) == ("self-check", "no")
    assert one["source_record_id"] == f"pre-session-check {answer['id']}"
    assert looks(lasting, patient, "foot_ulcer_left") == []
    replayed = lasting.post(f"/v1/checks/{answer['check_id']}/replay")
    assert replayed.json["same"] is True, replayed.text


def test_at_risk_3_it_closes_three_months_after_the_examination(lasting, walking, clock):
    examined = clock.now
    patient = walking(**AT_RISK)
    while (clock.now - examined).days < 84:
        clock.forward(days=6)
        renew_the_rest(lasting, patient, **AT_RISK)
        assert check(lasting, patient, WELL)["result"] == "go"
    end = datetime.combine(months_after(examined.astimezone(ROME).date(), 3), time(11), ROME)
    clock.now = end.astimezone(UTC) - timedelta(hours=1)
    assert check(lasting, patient, WELL)["result"] == "go"
    until = datetime.fromisoformat(shown(lasting, patient)["counts_until"])
    assert until == end
    clock.forward(hours=1, seconds=1)
    assert plan(lasting, patient)[WALK] == "paused"
    clock.forward(days=1)
    renew_the_rest(lasting, patient, **AT_RISK)
    kept = len(looks(lasting, patient))
    assert states(check(lasting, patient, WELL))[WALK] == "not-today"
    assert len(looks(lasting, patient)) == kept


def test_of_one_day_one_look_is_kept(lasting, walking, clock):
    patient = walking()
    clock.forward(days=2)
    for _ in range(3):
        check(lasting, patient, WELL)
        clock.forward(minutes=5)
    assert len(looks(lasting, patient)) == 1


@pytest.mark.parametrize(
    "told",
    [
        {"foot_check_today": "done-problem"},
        {"foot_check_today": "done-clear", "hot_swollen_foot_right": "yes"},
        {"foot_check_today": "done-clear", "preulcer_lesion_left": "unknown"},
        {"foot_check_today": "done-clear", "foot_ulcer_left": "active"},
    ],
)
def test_a_look_that_is_not_clear_renews_nothing(lasting, walking, clock, told):
    patient = walking()
    clock.forward(days=2)
    check(lasting, patient, {"screen_today": "clear", **told})
    assert looks(lasting, patient) == []


def test_what_is_told_for_the_day_is_no_examination(lasting, walking, clock):
    patient = walking()
    clock.forward(days=9)
    answer = check(lasting, patient, WELL | {HOT: "no"})
    assert answer["result"] == "go"
    examined = shown(lasting, patient)["counts_until"]
    assert datetime.fromisoformat(examined) == datetime.fromisoformat(from_now(days=7))


def test_what_is_adverse_or_unknown_on_file_stays_so(lasting, walking, clock):
    patient = walking()
    clock.forward(days=2)
    tell(lasting, patient, hot_swollen_foot_left="yes", preulcer_lesion_right="unknown")
    clock.forward(days=1)
    check(lasting, patient, WELL)
    assert looks(lasting, patient) == []
    assert len(looks(lasting, patient, "hot_swollen_foot_right")) == 1
    assert shown(lasting, patient)["value"] == "yes"
    assert shown(lasting, patient, "preulcer_lesion_right")["state"] == "unknown"


def test_without_the_examination_its_looks_count_no_longer(lasting, walking, clock):
    patient = walking()
    clock.forward(days=2)
    check(lasting, patient, WELL)
    found = lasting.get(f"{patient}/facts", query_string={"name": SCREEN}).json["items"]
    for one in found:
        lasting.post(f"{patient}/facts/{one['id']}/entered-in-error", json={"reason": "Another person."})
    assert shown(lasting, patient)["state"] == "unknown"
    assert plan(lasting, patient)[WALK] == "paused"


def said(statements, act):
    """How many statements an act costs."""
    before = len(statements.seen)
    act()
    return sum(not one.startswith(("SET LOCAL", "SAVEPOINT", "RELEASE")) for one in statements.seen[before:])


def test_a_look_that_renews_costs_a_fixed_number_of_statements(lasting, walking, clock, statements):
    patient = walking()
    clock.forward(days=2)
    renewing = said(statements, lambda: check(lasting, patient, WELL))
    plain = said(statements, lambda: check(lasting, patient, WELL))
    assert len(looks(lasting, patient)) == 1
    assert renewing - plain <= MORE_FOR_A_LOOK
