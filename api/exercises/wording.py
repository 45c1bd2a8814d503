"""Facts as a person reads them; a condition in the rule language itself."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from api.clinical.criteria import names
from api.clinical.derived import Derived
from api.clinical.facts import Fact, ReadsAs, ShelfLife
from api.clinical.notation import formula, written
from api.clinical.release import Release
from api.clinical.vocabulary import FactType

_YES_OR_NO = ["yes", "no"]
_NOT_ENTERED: Mapping[str, Any] = {
    "name": "",
    "group": "derived",
    "entered": False,
    "type": FactType.TERNARY,
    "values": [],
    **dict.fromkeys(("minimum", "maximum")),
    "units": [],
    "unit_required": False,
    "shelf_lives": [],
    "adverse_value_expires": False,
    "expiring_values": [],
    "gate": None,
    "unknown_reads_as": [],
    "overridden_by": [],
    "formula": None,
    "screens": [],
    "rules": [],
    **dict.fromkeys(("note", "codes", "unknown_means")),
}


def given(release: Release, fact: Fact) -> dict[str, Any]:
    """A fact that is entered: all that the vocabulary says of it."""
    return {
        "name": fact.name,
        "group": fact.group,
        "entered": True,
        "type": fact.type,
        "values": list(fact.values),
        "minimum": fact.minimum,
        "maximum": fact.maximum,
        "units": [asdict(unit) for unit in fact.units],
        "unit_required": fact.unit_required,
        "shelf_lives": [_shelf_life(life) for life in fact.shelf_lives],
        "adverse_value_expires": fact.expires_both_ways,
        "expiring_values": [{"value": value, **_shelf_life(life)} for value, life in fact.expiring.items()],
        "gate": fact.gate,
        "unknown_reads_as": [_stand_in(case) for case in fact.reads_as],
        "overridden_by": [_stand_in(case) for case in fact.overridden_by],
        "formula": None,
        "screens": [screen.name for screen in release.screens if fact.name in screen.clear],
        "rules": [rule.id for rule in release.reading_rules[fact.name]],
        "note": fact.note,
        "codes": fact.codes,
        "unknown_means": fact.unknown_means or None,
    }


def followed(release: Release, derived: Derived) -> dict[str, Any]:
    """A fact that follows from others."""
    values = [*dict.fromkeys([case.value for case in derived.cases] + [derived.otherwise])]
    named = [value for value in values if value is not None] if derived.cases else _YES_OR_NO
    kind = FactType.CHOICE if derived.cases else FactType.TERNARY
    return {
        **_NOT_ENTERED,
        "name": derived.name,
        "type": FactType.NUMBER if derived.numeric else kind,
        "values": [] if derived.numeric else named,
        "formula": formula(derived),
        "rules": [rule.id for rule in release.rules if derived.name in names(rule.when)],
        "note": derived.source,
    }


def _shelf_life(life: ShelfLife) -> dict[str, Any]:
    """How long a value counts: seconds, or null where it counts on its own local day."""
    return {
        "seconds": None if life.lasts is None else int(life.lasts.total_seconds()),
        "when": None if life.when is None else written(life.when),
    }


def _stand_in(case: ReadsAs) -> dict[str, Any]:
    return {
        "value": case.value,
        "when": written(case.when),
        "within_seconds": None if case.within is None else int(case.within.total_seconds()),
    }
