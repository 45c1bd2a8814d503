"""What the rules may know of a patient at a moment, as it is shown."""

import math
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from api.clinical.facts import Fact, Observation
from api.clinical.knowledge import library
from api.clinical.profile import Profile as ClinicalProfile
from api.clinical.profile import profile, runs_out
from api.clinical.vocabulary import ASKED_NONE, FactState
from api.patients.observations.values import plain
from api.patients.queries import Evidence
from api.web import fields, shapes

VALUE = {
    "description": "A number, a code, an ISO date, or a list of codes.",
    "type": ["string", "number", "array"],
    "items": {"type": "string"},
}


def fact_value(**options: Any) -> shapes.Documented:
    """A field for a value of any fact."""
    return shapes.Documented("FactValue", VALUE, allow_none=True, **options)


class Observed(shapes.View):
    """An observation."""

    value = fact_value()
    observed_at = fields.Instant()
    source = fields.Text(allow_none=True)
    source_record_id = fields.Text(allow_none=True)
    method = fields.Text(allow_none=True)
    screen = fields.Text(allow_none=True, description="The screen whose answer stood for it.")


class ProfileFact(shapes.View):
    """What is known of one fact."""

    name = fields.Text()
    state = fields.Closed(FactState)
    value = fact_value(description="What the rules read, be it observed or what stands in for it.")
    unit = fields.Text(allow_none=True, description="UCUM.")
    observed = fields.Nested(
        Observed, allow_none=True, description="The observation that decides, even if it is stale."
    )
    counts_until = fields.Instant(allow_none=True, description="When it runs out, if it does.")
    others = fields.List(
        fields.Nested(Observed), most=10_000, description="What else is on file and says something else."
    )


class DerivedFact(shapes.View):
    """What follows from other facts."""

    name = fields.Text()
    state = fields.Closed(FactState)
    value = fact_value()


class KnowledgeRelease(shapes.View):
    """The knowledge release that an answer rests on."""

    release = fields.Text()
    sha256 = fields.Text()


class Profile(shapes.View):
    """What the rules may know of a patient at a moment."""

    patient_id = fields.Uuid()
    as_of = fields.Instant()
    time_zone = fields.TimeZone()
    knowledge = fields.Nested(KnowledgeRelease)
    facts = fields.List(fields.Nested(ProfileFact), most=1000)
    derived = fields.List(fields.Nested(DerivedFact), most=1000)


class ProfileMoment(shapes.Query):
    """The moment of a profile."""

    as_of = fields.Instant(load_default=None, description="Now, if left out.")


def shown(patient_id: UUID, evidence: Evidence, as_of: datetime) -> dict[str, Any]:
    """The profile of a patient as JSON data, in the shape of `Profile`.

    Args:
        patient_id: whose.
        evidence: what counts at that moment.
        as_of: the moment, aware.
    """
    release = library.load()
    known = profile(release, evidence.observations, as_of.astimezone(evidence.time_zone))
    on_file: dict[str, list[Observation]] = {}
    for one in evidence.observations:
        on_file.setdefault(one.name, []).append(one)
    return {
        "patient_id": patient_id,
        "as_of": as_of,
        "time_zone": evidence.time_zone.key,
        "knowledge": {"release": release.id, "sha256": release.sha256},
        "facts": [
            {
                **_fact(fact, known, on_file.get(fact.name, ())),
                "counts_until": runs_out(release, known, fact.name),
            }
            for fact in release.plain_facts
        ],
        "derived": [
            {"name": name, "state": known.state(name), "value": _derived(known.values[name])}
            for name in (*release.last_names, *release.derived)
        ],
    }


def _fact(fact: Fact, known: ClinicalProfile, on_file: Iterable[Observation]) -> dict[str, Any]:
    seen = known.seen.get(fact.name)
    return {
        "name": fact.name,
        "state": known.state(fact.name),
        "value": plain(known.values[fact.name]),
        "unit": fact.units[0].code if fact.units else None,
        "observed": None if seen is None else _observed(seen),
        "others": [_observed(one) for one in on_file if seen is None or one.value != seen.value],
    }


def _observed(one: Observation) -> dict[str, Any]:
    return {
        "value": plain(one.value),
        "observed_at": one.observed_at,
        "source": one.source,
        "source_record_id": one.source_record_id,
        "method": one.method,
        "screen": one.screen,
    }


def _derived(value: Any) -> Any:
    return ASKED_NONE if value == math.inf else plain(value)
