"""The patient of the benchmarks: everything is known, and, if it is asked for, a foot has an ulcer."""

from datetime import datetime
from typing import Any

import orjson

from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT, observations
from api.clinical.vocabulary import ASKED_NONE, UNKNOWN, CheckKind
from api.patients.observations.values import plain

HAZARD = {"foot_ulcer_left": "active"}


def seen(moment: datetime = EXAMPLE_MOMENT, *, hazard: bool = True) -> list[Observation]:
    """All that is known of the patient, observed at this moment."""
    release = library.load()
    return observations(release, {**release.base, **(HAZARD if hazard else {})}, moment)


def check(as_of: datetime) -> bytes:
    """A check of the patient on the wire: one moment for all facts, units where they are needed."""
    body = {"kind": CheckKind.SESSION, "as_of": as_of.isoformat(), "observed_at": as_of.isoformat()}
    return orjson.dumps({**body, "facts": {one.name: fact(one) for one in seen(as_of)}})


def fact(one: Observation) -> dict[str, Any]:
    """An observation as it goes over the wire, without its moment."""
    known = library.load().facts[one.name]
    value = plain(one.value)
    given = {"value": UNKNOWN if value is None else value}
    if known.unit_required and value != ASKED_NONE:
        given["unit"] = known.units[0].code
    return given
