"""The patient of the benchmarks: everything is known, and a foot has an ulcer."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT, observations
from api.clinical.vocabulary import ASKED_NONE, UNKNOWN
from api.patients.observations.values import plain

HAZARD = {"foot_ulcer_left": "active"}


def seen(moment: datetime = EXAMPLE_MOMENT) -> list[Observation]:
    """All that is known of the patient, observed at this moment."""
    release = library.load()
    return observations(release, {**release.base, **HAZARD}, moment)


def facts(moment: datetime) -> dict[str, dict[str, Any]]:
    """The same as it goes over the wire, each fact with its own moment and, where it has one, its unit."""
    known = library.load().facts
    return {one.name: _fact(one, known) for one in seen(moment)}


def _fact(one: Observation, known: Mapping[str, Any]) -> dict[str, Any]:
    value = plain(one.value)
    given = {"value": UNKNOWN if value is None else value, "observed_at": one.observed_at.isoformat()}
    units = known[one.name].units
    if units and value != ASKED_NONE:
        given["unit"] = units[0].code
    return given
