"""Reading values as sent: types, units, ranges, unknown."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clinical.errors import ValueRefused
from api.clinical.facts import ShelfLife, contradictions
from api.clinical.vocabulary import FactType
from tests.clinical.builders import RELEASE

FACTS = RELEASE.facts


@pytest.mark.parametrize(
    ("name", "value", "unit", "read"),
    [
        ("can_status", "early", None, "early"),
        ("can_status", "unknown", None, None),
        ("foot_drop", "yes", None, "yes"),
        ("foot_drop", "unknown", None, None),
        ("can_inspect_feet", "with-help", None, "with-help"),
        ("screen_eyes", "clear", None, "clear"),
        ("screen_eyes", "not-clear", None, "not-clear"),
        ("screen_eyes", "unknown", None, None),
        ("medications", ["insulin", "metformin"], None, frozenset({"insulin", "metformin"})),
        ("medications", ["none"], None, frozenset({"none"})),
        ("medications", [], None, None),
        ("medications", "unknown", None, None),
        ("birth_date", "1964-02-29", None, date(1964, 2, 29)),
        ("birth_date", "1900-01-01", None, date(1900, 1, 1)),
        ("last_stroke_date", "asked-none", None, "asked-none"),
        ("falls_12m", 0, None, 0),
        ("falls_12m", 2.0, None, 2),
        ("falls_12m", 365, "1", 365),
        ("resting_sys", 140, None, 140),
        ("resting_sys", 140, "mm[Hg]", 140),
        ("resting_hr", 25, None, 25),
        ("resting_hr", 220, "/min", 220),
        ("glucose_mg_dl", 140, "mg/dL", 140),
        ("glucose_mg_dl", 10, "mg/dL", 10),
        ("glucose_mg_dl", 1000, "mg/dL", 1000),
        ("glucose_mg_dl", 5.5, "mmol/L", 99.088),
        ("glucose_mg_dl", 0.6, "mmol/L", 10.8096),
        ("glucose_mg_dl", 55.5, "mmol/L", 999.888),
        ("hba1c_percent", 7.1, "%", 7.1),
        ("hba1c_percent", 53, "mmol/mol", 6.999483),
        ("hb_g_dl", 13.5, None, 13.5),
        ("hb_g_dl", 13.5, "g/dL", 13.5),
        ("hb_g_dl", 70, "g/L", 7.0),
        ("platelets_10e9_l", 18, "10*3/uL", 18),
        ("temp_c", 38.0, "Cel", 38.0),
        ("temp_c", 100.4, "[degF]", 38.0),
        ("temp_c", 98.6, "[degF]", 37.0),
        ("weight_kg", 70, "kg", 70),
        ("weight_kg", 200, "[lb_av]", 90.718474),
        ("height_cm", 1.75, "m", 175.0),
        ("height_cm", 70, "[in_i]", 177.8),
        ("tug_s", 3, None, 3),
        ("tug_s", 300, "s", 300),
        ("ambient_temp_c", -30, None, -30),
    ],
)
def test_a_value_is_read_in_the_normalised_unit(name, value, unit, read):
    assert FACTS[name].read(value, unit) == read


@pytest.mark.parametrize(
    ("name", "value", "unit", "code"),
    [
        ("can_status", "bad", None, "not-allowed"),
        ("can_status", "Early", None, "not-allowed"),
        ("can_status", 3, None, "wrong-type"),
        ("can_status", None, None, "wrong-type"),
        ("can_status", ["early"], None, "wrong-type"),
        ("can_status", "early", "mg/dL", "unit-not-allowed"),
        ("foot_drop", True, None, "wrong-type"),
        ("screen_eyes", "yes", None, "not-allowed"),
        ("medications", "insulin", None, "wrong-type"),
        ("medications", ["insulin", 3], None, "wrong-type"),
        ("medications", ["aspirin"], None, "not-allowed"),
        ("medications", ["insulin", "insulin"], None, "duplicate-member"),
        ("medications", ["insulin", "none"], None, "none-with-others"),
        ("medications", ["unknown"], None, "not-allowed"),
        ("medications", ["insulin"], "1", "unit-not-allowed"),
        ("birth_date", "asked-none", None, "wrong-type"),
        ("birth_date", "unknown", None, "wrong-type"),
        ("birth_date", "19640229", None, "wrong-type"),
        ("birth_date", "1964-2-9", None, "wrong-type"),
        ("birth_date", "2026-W10-1", None, "wrong-type"),
        ("birth_date", "1964-02-30", None, "wrong-type"),
        ("birth_date", "1964-02-29T00:00:00", None, "wrong-type"),
        ("birth_date", 19640229, None, "wrong-type"),
        ("birth_date", "1899-12-31", None, "out-of-range"),
        ("birth_date", "1964-02-29", "a", "unit-not-allowed"),
        ("falls_12m", 1.5, None, "wrong-type"),
        ("falls_12m", "1", None, "wrong-type"),
        ("falls_12m", True, None, "wrong-type"),
        ("falls_12m", -1, None, "out-of-range"),
        ("falls_12m", 366, None, "out-of-range"),
        ("resting_sys", "unknown", None, "wrong-type"),
        ("resting_sys", 49, None, "out-of-range"),
        ("resting_sys", 301, None, "out-of-range"),
        ("resting_sys", 140, "kPa", "unknown-unit"),
        ("glucose_mg_dl", 140, None, "unit-required"),
        ("glucose_mg_dl", 140, "mg/dl", "unknown-unit"),
        ("glucose_mg_dl", 9.9, "mg/dL", "out-of-range"),
        ("glucose_mg_dl", 1000.1, "mg/dL", "out-of-range"),
        ("glucose_mg_dl", 140, "mmol/L", "out-of-range"),
        ("hba1c_percent", 7.1, None, "unit-required"),
        ("temp_c", 37, None, "unit-required"),
        ("weight_kg", 70, None, "unit-required"),
        ("height_cm", 175, None, "unit-required"),
        ("tug_s", float("nan"), None, "wrong-type"),
        ("tug_s", float("inf"), None, "wrong-type"),
        ("tug_s", 10**400, None, "out-of-range"),
        ("falls_12m", -(10**400), None, "out-of-range"),
        ("hb_g_dl", 10**400, "g/L", "out-of-range"),
    ],
)
def test_what_does_not_fit_is_refused_by_kind(name, value, unit, code):
    with pytest.raises(ValueRefused) as refused:
        FACTS[name].read(value, unit)
    assert refused.value.code == code
    assert refused.value.detail.startswith(name)


def test_both_ends_of_every_range_are_allowed_and_beyond_is_not():
    for fact in RELEASE.plain_facts:
        if fact.type in {FactType.INTEGER, FactType.NUMBER}:
            unit = fact.units[0].code
            assert fact.read(fact.minimum, unit) == fact.minimum
            assert fact.read(fact.maximum, unit) == fact.maximum
            for beyond in (fact.minimum - 1, fact.maximum + 1):
                with pytest.raises(ValueRefused):
                    fact.read(beyond, unit)


def test_the_first_unit_of_every_number_is_the_normalised_one():
    for fact in RELEASE.plain_facts:
        if fact.units:
            assert (fact.units[0].factor, fact.units[0].offset) == (1, 0), fact.name
            assert len({unit.code for unit in fact.units}) == len(fact.units)
            if fact.type is FactType.INTEGER:
                assert len(fact.units) == 1, "an integer is not converted"


def test_a_unit_is_required_exactly_where_a_value_could_be_mistaken():
    required = {fact.name for fact in RELEASE.plain_facts if fact.unit_required}
    assert required == {"glucose_mg_dl", "hba1c_percent", "temp_c", "weight_kg", "height_cm"}


@given(
    st.sampled_from(RELEASE.plain_facts),
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.lists(st.text(max_size=5)),
    st.none() | st.sampled_from(["mg/dL", "mmol/L", "1", "%", ""]),
)
def test_any_value_is_read_or_refused(fact, value, unit):
    with suppress(ValueRefused):
        read = fact.read(value, unit)
        assert read is None or not fact.values or isinstance(read, frozenset) or read in fact.values


@pytest.mark.parametrize(
    ("values", "faults"),
    [
        ({"resting_sys": 120, "resting_dia": 119}, []),
        ({"resting_sys": 120, "resting_dia": 120}, [("resting_dia", "not-below-systolic")]),
        ({"bp_supine_sys": 80, "bp_supine_dia": 90}, [("bp_supine_dia", "not-below-systolic")]),
        ({"bp_standing_sys": 80, "bp_standing_dia": 90}, [("bp_standing_dia", "not-below-systolic")]),
        ({"bp_standing_sys": 80, "bp_supine_dia": 90}, []),
        ({"resting_sys": 120}, []),
        ({"resting_sys": None, "resting_dia": 120}, []),
        ({"monofilament_insensate_left": 3, "monofilament_sites_tested_left": 3}, []),
        (
            {"monofilament_insensate_left": 4, "monofilament_sites_tested_left": 3},
            [("monofilament_insensate_left", "more-than-tested")],
        ),
        ({"monofilament_insensate_right": 4, "monofilament_sites_tested_left": 3}, []),
        ({"monofilament_insensate_left": 10}, []),
    ],
)
def test_values_of_one_moment_that_cannot_both_be_true(values, faults):
    assert [(name, code) for name, code, _ in contradictions(values)] == faults


EAST = timezone(timedelta(hours=10))
DAYS_30 = timedelta(days=30)


def at(day, hour, minute=0, second=0, *, zone=UTC):
    return datetime(2026, 1, day, hour, minute, second, tzinfo=zone)


@pytest.mark.parametrize(
    ("life", "observed", "as_of", "over"),
    [
        (DAYS_30, at(1, 12), at(31, 12), False),
        (DAYS_30, at(1, 12), at(31, 12, 0, 1), True),
        (timedelta(minutes=30), at(1, 12), at(1, 22, 30, zone=EAST), False),
        (timedelta(minutes=30), at(1, 12), at(1, 22, 30, 1, zone=EAST), True),
        (None, at(1, 0), at(1, 23, 59), False),
        (None, at(1, 23, 59), at(2, 0), True),
        (None, at(1, 15), at(2, 23, zone=EAST), False),
        (None, at(1, 13, 59), at(2, 0, zone=EAST), True),
    ],
)
def test_a_shelf_life_ends_after_its_time_or_with_the_local_day(life, observed, as_of, over):
    assert ShelfLife(lasts=life).over(observed, as_of) is over
