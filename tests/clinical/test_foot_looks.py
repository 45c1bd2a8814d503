"""A clear look at the feet at home: what it renews, for how long, and what it never does."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.ageing import next_change
from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.foot_looks import METHOD, SOURCE
from api.clinical.knowledge import library
from api.clinical.knowledge.foot_looks_file import FILE, read_foot_looks
from api.clinical.knowledge.reading import document
from api.clinical.looking import Left, looked
from api.clinical.profile import profile
from api.clinical.vocabulary import FactState
from tests.clinical.builders import DAY, NOW, RELEASE, base, checked, loosened, random_patient, seen

CHANCES = st.integers(0, 2**32).map(random.Random)
TABLE = RELEASE.foot_looks.self_check
NAMES = list(TABLE.of_each_foot)
FEET = {"foot_ulcer": "none", "preulcer_lesion": "none", "hot_swollen_foot": "no"}
HOT = "hot_swollen_foot_left"
RISKS = {"iwgdf_risk": Domain("choice", frozenset({"0", "1", "2", "3", "active-foot-problem"}))}
RISK = {
    "0": {},
    "1": {"lops_left": "yes", "monofilament_insensate_left": 3},
    "2": {"lops_left": "yes", "monofilament_insensate_left": 3, "foot_deformity_left": "yes"},
    "3": {"lops_left": "yes", "monofilament_insensate_left": 3, "amputation_left": "toe"},
}


def examined(days, risk="0", **changed):
    """A patient whose feet were examined so many days ago, everything else is of now."""
    facts = base(**RISK[risk], **changed)
    return {
        name: one._replace(observed_at=NOW - days * DAY, source="clinic") if name in NAMES else one
        for name, one in facts.items()
    }


def look(name, value, days):
    """What a look of so many days ago put on file."""
    return seen(name, value, ago=days * DAY)._replace(method=METHOD, source=SOURCE, source_record_id="1")


def looks(days, **values):
    """What a clear look at feet without any finding put on file."""
    found = {f"{stem}_{side}": value for stem, value in FEET.items() for side in ("left", "right")}
    return [look(name, value, days) for name, value in (found | values).items()]


def known(observations, as_of=NOW):
    return profile(RELEASE, observations, as_of)


def result(observations, at=NOW, as_of=NOW):
    """The values that a look renews, and why others are left."""
    found = looked(RELEASE, known(list(observations), as_of), at, "1")
    return {one.observation.name: one.until for one in found.renewed}, found.left


class TestTheLook:
    def test_a_clear_look_lets_all_count_for_seven_days(self):
        renewed, left = result(examined(40).values())
        assert left == {}
        assert set(renewed) == set(NAMES)
        assert set(renewed.values()) == {NOW + 7 * DAY}

    def test_what_it_puts_on_file_says_so(self):
        found = looked(RELEASE, known(examined(40).values()), NOW, "session 7")
        one = found.renewed[0].observation
        assert (one.method, one.source, one.source_record_id) == ("self-check", "foot-looks", "session 7")
        assert one.observed_at == NOW

    def test_a_fresh_examination_needs_no_look(self):
        renewed, left = result(examined(3).values())
        assert set(renewed) == {"hot_swollen_foot_left", "hot_swollen_foot_right"}
        assert set(left.values()) == {Left.LASTS_LONGER}

    @pytest.mark.parametrize("stem", FEET)
    def test_an_unknown_never_becomes_known(self, stem):
        facts = examined(40)
        del facts[f"{stem}_left"]
        _, left = result(facts.values())
        assert left == {f"{stem}_left": Left.UNKNOWN}
        after = known([*facts.values(), *looks(0)])
        assert after.entered[f"{stem}_left"] is None
        assert after.state(f"{stem}_left") is FactState.UNKNOWN

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("hot_swollen_foot_left", "yes"),
            ("preulcer_lesion_right", "blister"),
            ("preulcer_lesion_left", "fissure"),
        ],
    )
    def test_an_adverse_value_stays(self, name, value):
        facts = examined(40, **{name: value})
        _, left = result(facts.values())
        assert left == {name: Left.ADVERSE}
        after = known([*facts.values(), *looks(0)])
        assert (after.entered[name], after.seen[name].source) == (value, "clinic")
        assert after.conflicts == ()

    def test_with_an_active_problem_nothing_is_renewed(self):
        facts = examined(40, foot_ulcer_left="active")
        renewed, left = result(facts.values())
        assert (renewed, left["foot_ulcer_left"]) == ({}, Left.ADVERSE)
        assert set(left.values()) == {Left.ADVERSE, Left.ACTIVE_PROBLEM}
        after = known([*facts.values(), *looks(0)])
        assert after.entered["foot_ulcer_left"] == "active"
        assert after.entered["hot_swollen_foot_right"] is None

    def test_a_conflict_stays(self):
        facts = [*examined(2).values(), seen(HOT, "yes", ago=3 * DAY, source="another")]
        assert result(facts)[1][HOT] is Left.CONFLICTING
        after = known([*facts, *looks(0)])
        assert after.state(HOT) is FactState.CONFLICTING
        assert after.entered[HOT] == "yes"

    def test_a_healed_foot_stays_healed_and_its_history_too(self):
        facts = [
            *examined(40, foot_ulcer_left="healed").values(),
            seen("foot_ulcer_left", "active", ago=90 * DAY, source="clinic"),
        ]
        assert "foot_ulcer_left" in result(facts)[0]
        stale = known(facts)
        assert (stale.entered["foot_ulcer_left"], stale.values["iwgdf_risk"]) == (None, "0")
        after = known([*facts, *looks(0, foot_ulcer_left="healed")])
        assert (after.entered["foot_ulcer_left"], after.conflicts) == ("healed", ())
        assert after.values["foot_ulcer_last_left"] == stale.values["foot_ulcer_last_left"] == "healed"

    def test_none_after_an_ulcer_is_renewed_as_healed(self):
        facts = [
            *examined(40).values(),
            seen("foot_ulcer_left", "active", ago=90 * DAY, source="clinic"),
        ]
        (ulcer,) = [
            one.observation
            for one in looked(RELEASE, known(facts), NOW).renewed
            if one.observation.name == "foot_ulcer_left"
        ]
        assert ulcer.value == "healed"
        assert known([*facts, *looks(0)]).entered["foot_ulcer_left"] is None

    def test_what_a_report_or_a_look_said_is_no_examination(self):
        for method in ("self-check", "session-report"):
            facts = examined(40)
            facts[HOT] = facts[HOT]._replace(method=method)
            assert result(facts.values())[1] == {HOT: Left.NOT_EXAMINED}
            assert known([*facts.values(), *looks(0)]).entered[HOT] is None

    def test_a_screen_of_a_clinician_is_an_examination(self):
        facts = {name: one for name, one in base().items() if name not in NAMES}
        screen = seen("screen_feet_today", "clear", ago=8 * DAY, source="clinic")
        told = [*facts.values(), screen]
        assert set(result(told)[0]) == {"hot_swollen_foot_left", "hot_swollen_foot_right"}
        assert known([*told, *looks(0)]).entered[HOT] == "no"

    def test_of_one_day_one_look_suffices(self):
        facts = [
            *examined(40).values(),
            *(one._replace(observed_at=NOW - timedelta(hours=1)) for one in looks(0)),
        ]
        renewed, left = result(facts)
        assert (renewed, set(left.values())) == ({}, {Left.SEEN_THAT_DAY})
        assert set(result(facts, NOW + DAY, NOW + DAY)[0]) == set(NAMES)

    def test_on_the_day_of_an_examination_no_look_is_needed(self):
        renewed, left = result(examined(0.05).values())
        assert (renewed, set(left.values())) == ({}, {Left.SEEN_THAT_DAY})

    def test_a_look_of_long_ago_does_nothing(self):
        renewed, left = result(examined(40).values(), NOW - 7 * DAY)
        assert (renewed, set(left.values())) == ({}, {Left.OVER})
        renewed, left = result(examined(40).values(), NOW - 41 * DAY)
        assert set(left.values()) == {Left.LASTS_LONGER}


class TestHowLong:
    def test_after_seven_days_it_runs_out(self):
        told = [*examined(40).values(), *looks(0)]
        assert known(told).entered[HOT] == "no"
        assert known(told, NOW + 7 * DAY).entered[HOT] == "no"
        late = known(told, NOW + 7 * DAY + timedelta(seconds=1))
        assert (late.entered[HOT], late.state(HOT)) == (None, FactState.STALE)

    def test_the_profile_shows_the_look_that_carries_a_value(self):
        now = known([*examined(40).values(), *looks(1)])
        assert (now.seen[HOT].method, now.fading[HOT]) == ("self-check", NOW + 6 * DAY)
        fresh = known([*examined(3).values(), *looks(1)])
        assert fresh.seen["foot_ulcer_left"].source == "clinic"
        assert fresh.fading["foot_ulcer_left"] == NOW + 27 * DAY

    @pytest.mark.parametrize(("risk", "months"), [("0", 12), ("1", 12), ("2", 6), ("3", 3)])
    def test_the_months_after_an_examination_are_the_limit(self, risk, months):
        end = NOW.replace(
            year=NOW.year + (NOW.month + months - 1) // 12, month=(NOW.month + months - 1) % 12 + 1
        )
        told = list(examined(0, risk).values())
        told = [*told, *(one._replace(observed_at=end - 2 * DAY) for one in looks(0))]
        told = [one if one.name in NAMES else one._replace(observed_at=end - DAY) for one in told]
        before = known(told, end - timedelta(hours=1))
        assert before.values["iwgdf_risk"] == risk
        assert (before.entered[HOT], before.fading[HOT]) == ("no", end)
        assert known(told, end + timedelta(seconds=1)).entered[HOT] is None
        _, left = result(told, end + DAY, end + DAY)
        assert {left[name] for name in NAMES} == {Left.EXAMINED_TOO_LONG_AGO}

    def test_three_months_are_months_of_the_patients_calendar(self):
        rome = NOW.astimezone(ZoneInfo("Europe/Rome")).replace(month=11, day=30, hour=0, minute=30)
        facts = [one._replace(observed_at=rome) for one in base(**RISK["3"]).values()]
        at = rome + 89 * DAY
        found = looked(RELEASE, profile(RELEASE, facts, at), at)
        end = rome.replace(year=rome.year + 1, month=2, day=28)
        assert {one.until for one in found.renewed} <= {end}

    def test_a_risk_that_rises_ends_it_earlier(self):
        facts = examined(100, "2")
        told = [*facts.values(), *looks(0)]
        assert known(told).entered[HOT] == "no"
        risen = [*told, seen("amputation_left", "toe")]
        assert known(risen).values["iwgdf_risk"] == "3"
        assert known(risen).entered[HOT] is None

    def test_an_adverse_finding_ends_it_at_once_and_another_examination_goes_first(self):
        told = [*examined(40).values(), *looks(2)]
        assert known([*told, seen(HOT, "yes", ago=DAY, source="session-reports")]).entered[HOT] == "yes"
        late = known([*told, seen(HOT, "yes", ago=3 * DAY, source="session-reports")])
        assert late.entered[HOT] == "yes"
        newer = known([*told, seen(HOT, "no", ago=DAY, source="clinic")])
        assert (newer.seen[HOT].source, newer.fading[HOT]) == ("clinic", NOW + 6 * DAY)

    def test_without_the_examination_nothing_is_left_of_it(self):
        facts = {name: one for name, one in base().items() if name not in NAMES}
        after = known([*facts.values(), *looks(0)])
        assert {after.entered[name] for name in NAMES} == {None}


def with_looks(chance):
    """A random patient seen some time ago, and the same with clear looks since."""
    ages = [0, 2, 6, 8, 20, 35, 80, 100, 200, 400]
    facts = [
        one._replace(observed_at=NOW - chance.choice(ages) * DAY, source=chance.choice(["a", "b"]))
        for one in random_patient(chance).facts.values()
    ]
    told = []
    for name in chance.sample(NAMES, chance.choice([1, 3, 6])):
        value = chance.choice(sorted(TABLE.of_each_foot[name]))
        told += [look(name, value, chance.choice([0, 1, 6, 7, 8, 30])) for _ in range(chance.choice([1, 2]))]
    return facts, told


class TestLaws:
    @given(CHANCES)
    @settings(max_examples=80, deadline=None)
    def test_a_look_never_permits_more_than_the_same_finding_would_if_it_were_fresh(self, chance):
        facts, told = with_looks(chance)
        fresh = [one._replace(observed_at=NOW) if one.name in NAMES else one for one in facts]
        assert not loosened(checked(fresh), checked([*facts, *told]))

    @given(CHANCES)
    @settings(max_examples=80, deadline=None)
    def test_a_look_only_keeps_known_what_was_found_and_closes_nothing(self, chance):
        facts, told = with_looks(chance)
        before, after = known(facts), known([*facts, *told])
        assert before.conflicts == after.conflicts
        for name in NAMES:
            if before.entered[name] is not None or before.seen.get(name) is None:
                assert after.entered[name] == before.entered[name]
            else:
                assert after.entered[name] in {None, before.seen[name].value}
        assert not loosened(checked([*facts, *told]), checked(facts))

    @given(CHANCES)
    @settings(max_examples=40, deadline=None)
    def test_what_a_look_would_put_on_file_lets_exactly_that_count(self, chance):
        facts, told = with_looks(chance)
        told = [*facts, *told]
        found = looked(RELEASE, known(told), NOW)
        after = known([*told, *(one.observation for one in found.renewed)])
        for observation, until in found.renewed:
            assert after.entered[observation.name] == observation.value
            assert after.fading[observation.name] <= until <= NOW + 7 * DAY
        for name in found.left:
            assert after.entered[name] == known(told).entered[name]

    @given(CHANCES)
    @settings(max_examples=40, deadline=None)
    def test_until_the_next_change_looks_count_as_before(self, chance):
        facts, told = with_looks(chance)
        observations = [*facts, *told]
        change = next_change(RELEASE, known(observations), observations)
        moment = NOW + min(change - NOW, 40 * DAY) * chance.random()
        later = known(observations, min(moment, change - timedelta(microseconds=1)))
        assert {name: later.entered[name] for name in NAMES} == {
            name: known(observations).entered[name] for name in NAMES
        }


class TestTheFile:
    def fault(self, tmp_path, change):
        content = document(library.HERE, FILE)
        change(content)
        (tmp_path / FILE).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        with pytest.raises(KnowledgeFault) as refused:
            read_foot_looks(tmp_path, RELEASE.facts, RISKS, RELEASE.citations)
        return str(refused.value)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"days": 0}, "days: does not fit"),
            ({"months": {"0": 12, "1": 12, "2": 6}}, "months: does not fit"),
            ({"months": {"0": 12, "1": 12, "2": 6, "3": 7}}, "months: does not fit"),
            ({"months": {"0": 12, "1": 12, "2": 6, "3": 0}}, "months: does not fit"),
            ({"unknown_risk": "4"}, "unknown_risk: does not fit"),
            ({"values": {"foot_ulcer": ["gone"]}}, "values: does not fit"),
            ({"values": {"elbow": ["none"]}}, "values: does not fit"),
            ({"values": {"ulcer_site": ["plantar"]}}, "values: does not fit"),
        ],
    )
    def test_a_table_that_does_not_fit_is_refused(self, tmp_path, change, said):
        assert said in self.fault(tmp_path, lambda content: content["self_check"].update(change))

    def test_it_says_that_nobody_reviewed_it(self):
        assert TABLE.review_status == "awaiting-clinical-review"
        assert "design decision" in TABLE.verification
