from datetime import UTC, date, datetime, timedelta, timezone

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.clinical.knowledge import library
from api.clinical.knowledge.examples import observations as example_observations
from api.clinical.vocabulary import FactType
from api.patients.observations import documentation
from api.patients.observations.members import SKEW
from api.patients.observations.reading import MOST_OF_ONE_FACT, as_sent, read
from api.patients.observations.values import plain, restored

RELEASE = library.load()
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EARLIER = "2026-11-20T09:00:00+01:00"


def faults(facts, **body):
    return {
        (fault.pointer, fault.code)
        for fault in read({"observed_at": EARLIER, "facts": facts} | body, NOW).faults
    }


def value_of(name, **fact):
    (observation,), wrong = read({"observed_at": EARLIER, "facts": {name: fact}}, NOW)
    assert not wrong
    return observation.value


def test_a_whole_patient_is_read_as_the_medicine_means_it():
    expected = example_observations(RELEASE, RELEASE.base, NOW)
    facts = {}
    for one in expected:
        fact = RELEASE.facts[one.name]
        facts[one.name] = {"value": "unknown" if one.value is None else plain(one.value)}
        if fact.unit_required:
            facts[one.name]["unit"] = fact.units[0].code
    assert read({"observed_at": NOW.isoformat(), "facts": facts}, NOW) == (expected, [])


@pytest.mark.parametrize(
    ("name", "fact", "value"),
    [
        ("glucose_mg_dl", {"value": 7.8, "unit": "mmol/L"}, 140.5248),
        ("glucose_mg_dl", {"value": 140, "unit": "mg/dL"}, 140),
        ("temp_c", {"value": 98.6, "unit": "[degF]"}, 37.0),
        ("platelets_10e9_l", {"value": 150}, 150),
        ("falls_12m", {"value": 2.0}, 2),
        ("medications", {"value": ["insulin", "metformin"]}, frozenset({"insulin", "metformin"})),
        ("medications", {"value": []}, None),
        ("medications", {"value": "unknown"}, None),
        ("lops_left", {"value": "unknown"}, None),
        ("screen_feet_today", {"value": "clear"}, "clear"),
        ("eye_procedure_date", {"value": "2026-11-20"}, date(2026, 11, 20)),
        ("eye_procedure_date", {"value": "asked-none"}, "asked-none"),
        ("birth_date", {"value": "1958-03-09"}, date(1958, 3, 9)),
    ],
)
def test_a_value_is_normalised(name, fact, value):
    assert value_of(name, **fact) == value


@pytest.mark.parametrize(
    ("name", "fact", "pointer", "code"),
    [
        ("lops_lef", {"value": "yes"}, "", "unknown-fact"),
        ("lops_left", "yes", "", "type"),
        ("lops_left", [], "", "wrong-number"),
        ("lops_left", [{"value": "yes"}] * (MOST_OF_ONE_FACT + 1), "", "wrong-number"),
        ("lops_left", ["yes"], "/0", "type"),
        ("lops_left", {}, "/value", "required"),
        ("lops_left", {"value": None}, "/value", "null"),
        ("lops_left", {"value": True}, "/value", "wrong-type"),
        ("lops_left", {"value": "perhaps"}, "/value", "not-allowed"),
        ("lops_left", {"value": "yes", "unit": "1"}, "/unit", "unit-not-allowed"),
        ("lops_left", {"value": "yes", "certainty": 1}, "/certainty", "unknown"),
        ("lops_left", {"value": "yes", "a/b~c": 1}, "/a~1b~0c", "unknown"),
        ("lops_left", {"value": "yes", "method": ""}, "/method", "empty"),
        ("lops_left", {"value": "yes", "method": 3}, "/method", "not-a-text"),
        ("lops_left", {"value": "yes", "source": "x" * 201}, "/source", "too-long"),
        (
            "lops_left",
            {"value": "yes", "source_record_id": "a\x07"},
            "/source_record_id",
            "control-character",
        ),
        ("lops_left", {"value": "yes", "source": None}, "/source", "null"),
        ("medications", {"value": "insulin"}, "/value", "wrong-type"),
        ("medications", {"value": [["insulin"]]}, "/value", "wrong-type"),
        ("medications", {"value": ["insulin", "insulin"]}, "/value", "duplicate-member"),
        ("medications", {"value": ["insulin", "none"]}, "/value", "none-with-others"),
        ("medications", {"value": ["aspirin"]}, "/value", "not-allowed"),
        ("resting_sys", {"value": "120"}, "/value", "wrong-type"),
        ("resting_sys", {"value": True}, "/value", "wrong-type"),
        ("resting_sys", {"value": 120.5}, "/value", "wrong-type"),
        ("resting_sys", {"value": 500}, "/value", "out-of-range"),
        ("resting_sys", {"value": 120, "unit": "kPa"}, "/unit", "unknown-unit"),
        ("resting_sys", {"value": 120, "unit": ["mm[Hg]"]}, "/unit", "unknown-unit"),
        ("glucose_mg_dl", {"value": 100}, "/unit", "unit-required"),
        ("glucose_mg_dl", {"value": 100, "unit": "mmol/L"}, "/value", "out-of-range"),
        ("eye_procedure_date", {"value": "20260102"}, "/value", "wrong-type"),
        ("eye_procedure_date", {"value": "2026-02-30"}, "/value", "wrong-type"),
        ("eye_procedure_date", {"value": "2026-11-21"}, "/value", "in-the-future"),
        ("birth_date", {"value": "asked-none"}, "/value", "wrong-type"),
        ("birth_date", {"value": "1905-01-01"}, "/value", "out-of-range"),
        ("birth_date", {"value": "2027-01-01"}, "/value", "in-the-future"),
        ("lops_left", {"value": "yes", "observed_at": "2026-11-20"}, "/observed_at", "not-an-instant"),
        (
            "lops_left",
            {"value": "yes", "observed_at": "2026-11-20 09:00:00Z"},
            "/observed_at",
            "not-an-instant",
        ),
        (
            "lops_left",
            {"value": "yes", "observed_at": "2026-02-30T09:00:00Z"},
            "/observed_at",
            "not-an-instant",
        ),
        (
            "lops_left",
            {"value": "yes", "observed_at": "2026-11-20T24:00:00Z"},
            "/observed_at",
            "not-an-instant",
        ),
        ("lops_left", {"value": "yes", "observed_at": 1763625600}, "/observed_at", "not-an-instant"),
        ("lops_left", {"value": "yes", "observed_at": "2026-11-20T09:00:00"}, "/observed_at", "no-offset"),
        (
            "lops_left",
            {"value": "yes", "observed_at": "2026-11-22T12:01:01Z"},
            "/observed_at",
            "in-the-future",
        ),
        (
            "lops_left",
            {"value": "yes", "observed_at": "0001-01-01T00:00:00+14:00"},
            "/observed_at",
            "not-an-instant",
        ),
        (
            "lops_left",
            {"value": "yes", "observed_at": "1899-12-31T00:00:00Z"},
            "/observed_at",
            "out-of-range",
        ),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(name, fact, pointer, code):
    assert faults({name: fact}) == {(f"/facts/{name}{pointer}", code)}


def test_all_faults_are_told_at_once():
    facts = {
        "nonsense": {"value": 1},
        "lops_left": {"value": "yes", "observed_at": "2026-11-20T09:00:00"},
        "resting_sys": [{"value": 100}, {"value": 1, "unit": "kPa", "x": 1}],
        "resting_dia": {"value": 110},
        "glucose_mg_dl": {"value": 7},
    }
    assert faults(facts) == {
        ("/facts/nonsense", "unknown-fact"),
        ("/facts/lops_left/observed_at", "no-offset"),
        ("/facts/resting_sys/1/unit", "unknown-unit"),
        ("/facts/resting_sys/1/x", "unknown"),
        ("/facts/resting_dia/value", "not-below-systolic"),
        ("/facts/glucose_mg_dl/unit", "unit-required"),
    }


def test_a_near_miss_is_hinted_at():
    (fault,) = read({"observed_at": EARLIER, "facts": {"glucose_mgdl": {"value": 1}}}, NOW).faults
    assert "glucose_mg_dl" in fault.detail


def test_thousands_of_unknown_names_cost_little():
    assert len(read({"facts": {f"lops_left_{n}": {} for n in range(20_000)}}, NOW).faults) == 1000


def test_a_fact_without_any_moment_is_refused():
    wrong = read({"facts": {"lops_left": {"value": "yes"}}}, NOW).faults
    assert [(fault.pointer, fault.code) for fault in wrong] == [("/facts/lops_left/observed_at", "required")]


@pytest.mark.parametrize("given", [None, "yesterday", "2026-11-20T09:00:00"])
def test_a_faulty_moment_at_the_top_is_told_once(given):
    wrong = faults({"lops_left": {"value": "yes"}, "lops_right": {"value": "no"}}, observed_at=given)
    assert [pointer for pointer, _ in wrong] == ["/observed_at"]


@pytest.mark.parametrize("body", [{}, {"facts": None}, {"facts": []}])
def test_a_body_without_facts_is_refused(body):
    assert [fault.pointer for fault in read(body, NOW).faults] == ["/facts"]


def test_no_facts_are_no_fault():
    assert read({"facts": {}}, NOW) == ([], [])


def test_a_clock_that_is_a_little_ahead_is_read_as_now():
    ahead = (NOW + SKEW).isoformat()
    assert (
        read({"observed_at": ahead, "facts": {"lops_left": {"value": "yes"}}}, NOW)
        .observations[0]
        .observed_at
        == NOW
    )


def test_a_fact_has_its_own_moment_method_source_and_record():
    fact = {
        "value": "yes",
        "observed_at": "2026-11-21T08:30:00.25-05:00",
        "method": " 10 g monofilament ",
        "source": "podiatry",
        "source_record_id": "7",
    }
    (seen,), _ = read({"facts": {"lops_left": fact}}, NOW)
    assert seen.observed_at == datetime(2026, 11, 21, 13, 30, 0, 250_000, tzinfo=UTC)
    assert (seen.method, seen.source, seen.source_record_id) == ("10 g monofilament", "podiatry", "7")


@pytest.mark.parametrize(
    ("observed_at", "day", "accepted"),
    [
        ("2026-11-20T23:30:00-05:00", "2026-11-20", True),
        ("2026-11-20T23:30:00-05:00", "2026-11-21", False),  # there it is still the 20th
        ("2026-11-20T20:00:00Z", "2026-11-21", True),  # no place told: it is the 21st in Auckland
        ("2026-11-20T09:00:00Z", "2026-11-21", False),
    ],
)
def test_a_date_may_name_the_local_day_of_its_observation_and_none_later(observed_at, day, accepted):
    wrong = faults({"eye_procedure_date": {"value": day}}, observed_at=observed_at)
    assert (not wrong) is accepted


@pytest.mark.parametrize(
    ("sys", "dia", "refused"),
    [(120, 119, False), (120, 120, True), (120, 130, True)],
)
@pytest.mark.parametrize("pair", ["resting", "bp_supine", "bp_standing"])
def test_diastolic_is_below_systolic_of_the_same_moment(pair, sys, dia, refused):
    wrong = faults({f"{pair}_sys": {"value": sys}, f"{pair}_dia": {"value": dia}})
    assert wrong == ({(f"/facts/{pair}_dia/value", "not-below-systolic")} if refused else set())


def test_the_same_instant_is_the_same_moment_however_it_is_written():
    facts = {
        "monofilament_insensate_left": {"value": 5, "observed_at": "2026-11-20T08:00:00Z"},
        "monofilament_sites_tested_left": {"value": 4},
    }
    assert faults(facts) == {("/facts/monofilament_insensate_left/value", "more-than-tested")}


def test_values_of_different_moments_do_not_contradict_each_other():
    facts = {
        "resting_sys": {"value": 100},
        "resting_dia": {"value": 110, "observed_at": "2026-11-20T08:30:00Z"},
    }
    assert not faults(facts)


def test_each_of_several_values_of_one_moment_is_held_against_the_others():
    facts = {"resting_sys": {"value": 130}, "resting_dia": [{"value": 140}, {"value": 80}, {"value": 90}]}
    assert faults(facts) == {("/facts/resting_dia/0/value", "not-below-systolic")}


def test_what_was_sent_is_kept_beside_what_it_means():
    facts = {
        "lops_left": {"value": "yes"},
        "glucose_mg_dl": [{"value": 7.8, "unit": "mmol/L"}, {"value": 140, "unit": "mg/dL"}],
    }
    observations, _ = read({"observed_at": EARLIER, "facts": facts}, NOW)
    sent = list(as_sent(facts))
    assert [one.name for one in observations] == ["lops_left", "glucose_mg_dl", "glucose_mg_dl"]
    assert sent == [
        ("/facts/lops_left", "yes", None),
        ("/facts/glucose_mg_dl/0", 7.8, "mmol/L"),
        ("/facts/glucose_mg_dl/1", 140, "mg/dL"),
    ]


def test_what_is_kept_is_read_again_as_it_was():
    for one in example_observations(RELEASE, RELEASE.base, NOW):
        assert restored(RELEASE.facts[one.name], plain(one.value)) == one.value


COMPONENTS = documentation.components()
VALIDATOR = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "required": ["facts"],
        "properties": {
            "observed_at": documentation.OBSERVED_AT,
            "facts": {"$ref": "#/components/schemas/Facts"},
        },
        "components": {"schemas": COMPONENTS},
    },
    validate_formats=True,
)


def numbers(fact):
    return [
        limit + step
        for limit in (fact.minimum, fact.maximum)
        for unit in fact.units
        for limit in [(limit - unit.offset) / unit.factor]
        for step in (-1, -0.01, 0.01, 1)
    ] + [fact.minimum, fact.maximum]


@st.composite
def sent_facts(draw):
    """A fact and something that might be sent for it, right or wrong."""
    fact = RELEASE.facts[draw(st.sampled_from(sorted(RELEASE.facts)))]
    codes = st.sampled_from(
        [*fact.values, "unknown", "none", "yes", "asked-none", "2020-02-29", "2021-02-29", ""]
    )
    candidates = [codes, st.lists(codes, max_size=3), st.sampled_from([None, True, 0, 1, 5.0, 2.5, {}, [[]]])]
    if fact.type in {FactType.INTEGER, FactType.NUMBER}:
        candidates += [st.sampled_from(numbers(fact))] * 3
    if fact.type is FactType.SET:
        candidates += [st.lists(st.sampled_from(fact.values), max_size=3)] * 2
    given = {"value": draw(st.one_of(candidates))}
    units = st.sampled_from([*(unit.code for unit in fact.units), "furlong", 5])
    given |= {"unit": draw(units)} if draw(st.booleans()) else {}
    extra = {
        "observed_at": st.sampled_from(
            ["2026-11-20T08:00:00Z", "2026-11-20T08:00:00", "2026-11-31T08:00:00Z", 3]
        ),
        "method": st.sampled_from(["by hand", "", "  ", "a\nb", "x" * 201, 4]),
        "source_record_id": st.sampled_from(["r-1", None]),
        "colour": st.just("red"),
    }
    if draw(st.booleans()):
        name = draw(st.sampled_from(sorted(extra)))
        given[name] = draw(extra[name])
    if draw(st.integers(0, 9)) == 0:
        del given["value"]
    shape = draw(st.sampled_from(["one", "one", "several", "empty"]))
    return fact.name, {"one": given, "several": [given, given], "empty": []}[shape]


@settings(max_examples=1500)
@given(sent_facts())
def test_the_documented_schema_and_the_decoder_agree(fact):
    name, given_fact = fact
    body = {"observed_at": EARLIER, "facts": {name: given_fact}}
    assert VALIDATOR.is_valid(body) == (not read(body, NOW).faults)


@given(st.datetimes(datetime(1901, 1, 1), datetime(2026, 11, 20)), st.integers(-14 * 60, 14 * 60))  # noqa: DTZ001
def test_every_instant_with_an_offset_is_read_as_that_instant(naive, minutes):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    (seen,), _ = read({"facts": {"lops_left": {"value": "no", "observed_at": moment.isoformat()}}}, NOW)
    assert seen.observed_at == moment


def test_the_document_types_every_fact_by_name():
    assert set(COMPONENTS["Facts"]["properties"]) == set(RELEASE.facts)
    for fact in RELEASE.facts.values():
        schema = COMPONENTS[documentation.component_of(fact.name)]
        assert ("unit" in schema["required"]) is fact.unit_required
        assert schema["properties"].get("unit", {"enum": []})["enum"] == [unit.code for unit in fact.units]
