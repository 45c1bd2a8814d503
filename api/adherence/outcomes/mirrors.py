"""Which outcomes are facts, and which facts follow from an outcome: one truth of what is told twice.

A measure whose value is also in the fact vocabulary is kept as that fact: who reports it here has told the
checks, and what was told as a fact is shown here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from api.adherence.outcomes.tables import Relation
from api.adherence.outcomes.told import Told
from api.clinical.measures import OutcomeMeasure, Side

Measures = Mapping[str, OutcomeMeasure]

_INSENSATE, _TESTED = "monofilament_insensate", "monofilament_sites_tested"
_DAYS, _MINUTES = "evs_days_per_week", "evs_minutes_per_day"
_FALLS, _INJURIOUS = "falls_12m", "injurious_fall_12m"
_PLAIN_SITES = 10
"""Sites that are assumed where the vocabulary was not told how many were tested."""

_LOOKED_BACK = timedelta(days=365)
"""What happened earlier says nothing of the last 12 months."""

MONOFILAMENT, EVS = "monofilament-10g", "evs"


class Mirrored(NamedTuple):
    """A fact that an outcome is, or that follows from it."""

    name: str
    value: Any
    unit: str | None
    relation: Relation


class FactRow(NamedTuple):
    """A fact on file that counts."""

    id: Any
    name: str
    value: Any
    value_as_sent: Any
    unit_as_sent: str | None
    observed_at: datetime
    recorded_at: datetime
    client_id: Any
    method: str | None
    source: str
    source_record_id: str | None


def facts_of(measure: OutcomeMeasure, told: Told, moment: datetime, falls_on_file: int) -> list[Mirrored]:
    """The facts that a value is, or that follow from it.

    Args:
        measure: what was measured.
        told: a value that fits its measure.
        moment: now, aware.
        falls_on_file: the falls of 12 months that are on file; 0 where none are.
    """
    if measure.fact is not None:
        return [Mirrored(measure.fact, _whole(told.value), measure.ucum, Relation.SAME)]
    match told.measure, told.value:
        case "monofilament-10g", int() | float() as felt if told.of is not None:
            return [
                Mirrored(f"{_INSENSATE}_{told.side}", int(told.of - felt), None, Relation.SAME),
                Mirrored(f"{_TESTED}_{told.side}", told.of, None, Relation.SAME),
            ]
        case "evs", _:
            return [
                Mirrored(_DAYS, told.days_per_week, None, Relation.SAME),
                Mirrored(_MINUTES, told.minutes_per_day, None, Relation.SAME),
            ]
        case "falls" | "injurious-falls" as counted, int() | float() as count if count > 0:
            if moment - told.at > _LOOKED_BACK:
                return []
            most = max(int(count), falls_on_file)
            injurious = [Mirrored(_INJURIOUS, "yes", None, Relation.FOLLOWS)]
            falls = Mirrored(_FALLS, most, None, Relation.FOLLOWS)
            return [falls, *(injurious if counted == "injurious-falls" else [])]
    return []


def fact_names(measures: Measures, wanted: Collection[str]) -> list[str]:
    """The facts that are outcomes of the wanted measures."""
    names = {fact for name in wanted if name in measures and (fact := measures[name].fact) is not None}
    if MONOFILAMENT in wanted:
        names |= {f"{name}_{side}" for name in (_INSENSATE, _TESTED) for side in Side}
    if EVS in wanted:
        names |= {_DAYS, _MINUTES}
    return sorted(names)


def told_by(measures: Measures, facts: Iterable[FactRow]) -> Iterator[tuple[FactRow, Told]]:
    """The outcomes that facts are, each with its leading fact; pairs are of one moment and source."""
    rows = list(facts)
    measured = _by_fact(measures)
    beside = {(one.name, one.source, one.observed_at): one for one in rows}
    for one in rows:
        stem, _, side = one.name.rpartition("_")
        if one.name in measured:
            kept_in, *others = measured[one.name]
            sent_in = next((other for other in others if other.ucum == one.unit_as_sent), None)
            if sent_in is None:
                yield one, _told(one, kept_in.id, one.value)
            else:
                yield one, _told(one, sent_in.id, one.value_as_sent)
        elif stem == _INSENSATE:
            tested = beside.get((f"{_TESTED}_{side}", one.source, one.observed_at))
            of = _PLAIN_SITES if tested is None else tested.value
            yield one, _told(one, MONOFILAMENT, of - one.value, of=of, side=Side(side))
        elif one.name == _DAYS:
            minutes = beside.get((_MINUTES, one.source, one.observed_at))
            if minutes is not None:
                yield one, _told(one, EVS, one.value * minutes.value)


def _by_fact(measures: Measures) -> dict[str, list[OutcomeMeasure]]:
    """The measures of each fact; the first is in the unit in which the fact is kept."""
    found: dict[str, list[OutcomeMeasure]] = {}
    for one in measures.values():
        if one.fact is not None:
            found.setdefault(one.fact, []).append(one)
    return found


def _told(fact: FactRow, measure: str, value: Any, **more: Any) -> Told:
    return Told(
        measure=measure,
        value=value,
        at=fact.observed_at,
        method=fact.method,
        source=fact.source,
        source_record_id=fact.source_record_id,
        **more,
    )


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value
