"""Example facts of the knowledge as they go over the wire."""

from datetime import UTC, datetime, timedelta

from api.clinical.knowledge import library
from api.clinical.knowledge.examples import observations
from api.clinical.vocabulary import ASKED_NONE
from api.patients.observations.values import plain

RELEASE = library.load()
MOMENT = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
FIRST, *_ = RELEASE.exercises
CLEARABLE = next(rule for rule in RELEASE.rules if rule.clearable)
ABSOLUTE = next(rule for rule in RELEASE.rules if rule.level == "absolute")

CORE = {
    "birth_date": "1964-03-09",
    "sex_for_reference": "female",
    "neuropathy_types": ["distal-symmetric"],
    "neuropathy_cause": "diabetes",
    "neuropathy_course": "stable",
    "diabetes_type": "type2",
    "medications": ["metformin"],
    "resting_sys": 130,
    "resting_dia": 78,
    "resting_hr": 70,
    "evs_days_per_week": 2,
    "evs_minutes_per_day": 20,
    "monofilament_insensate_left": 0,
    "monofilament_insensate_right": 0,
    "orthostatic_method": "supine-stand",
    "bp_supine_sys": 132,
    "bp_supine_dia": 78,
    "bp_standing_sys": 128,
    "bp_standing_dia": 76,
    "can_status": "none",
    "tug_s": 9,
    "tandem_s": 10,
    "egfr": 85,
}
"""What `screens.md` calls the core facts, and what must be measured."""

SCREENS = [fact.name for fact in RELEASE.screens if fact.group == "screens"]


def facts(values):
    """Values by name, as facts on the wire."""
    return {name: {"value": value} for name, value in values.items()}


def body(values=None, **members):
    """The body of a check of these facts, all seen at the moment of the check."""
    return {
        "kind": "programme",
        "as_of": MOMENT.isoformat(),
        "observed_at": MOMENT.isoformat(),
        "facts": facts(values or {}),
    } | members


def screened(**changed):
    """The body of a check of core facts with every screen clear; None leaves a fact out."""
    values = CORE | dict.fromkeys(SCREENS, "clear") | changed
    return body({name: value for name, value in values.items() if value is not None})


def example_body(example, moment=MOMENT):
    """The body of a check of a vignette or of a case of a rule."""
    flat = example["only"] if "only" in example else RELEASE.base | example.get("facts", {})
    given = {one.name: _fact(one) for one in observations(RELEASE, flat, moment)}
    clearances = [clearance(rule_id) for rule_id in example.get("clearances", ())]
    return {
        "kind": example.get("kind", "programme"),
        "as_of": moment.isoformat(),
        "facts": given,
        **({"clearances": clearances} if clearances else {}),
    }


def clearance(rule_id=CLEARABLE.id, **changed):
    """A clearance in date at the moment."""
    return {
        "rule_id": rule_id,
        "granted_by": {"name": "Giulia Conti", "role": "podiatrist"},
        "granted_at": (MOMENT - timedelta(days=1)).isoformat(),
        "expires_at": (MOMENT + timedelta(days=30)).isoformat(),
    } | changed


def _fact(one):
    fact = RELEASE.facts[one.name]
    value = plain(one.value)
    given = {"value": "unknown" if value is None else value, "observed_at": one.observed_at.isoformat()}
    if fact.units and value != ASKED_NONE:
        given["unit"] = fact.units[0].code
    return given
