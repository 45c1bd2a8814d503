"""Which measurements outside of any session are facts, because they say all that the fact means.

| fact | said |
|---|---|
| resting_sys, resting_dia | `at rest` and sitting, one measurement |
| resting_hr | `at rest`, with no relation to sleep, one measurement |
| glucose_mg_dl | of capillary blood or with no specimen told, one measurement; not of interstitial fluid |

A value that the vocabulary does not take is no fact: kept without effect.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from api.clinical.errors import ValueRefused
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.patients.observations.reading import Sent
from api.patients.observations.recording import Intake
from api.sessions.data_points.lists import Measure
from api.sessions.data_points.points import Point

METHOD = "open-mhealth"


def facts(point: Point) -> dict[str, float]:
    """The facts that a measurement outside of any session is, by name; empty if it is none for sure."""
    if not point.is_single or point.starts is None:
        return {}
    named = _named(point)
    try:
        for name, value in named.items():
            fact = library.load().facts[name]
            fact.read(value, fact.units[0].code)
    except ValueRefused:
        return {}
    return named


def intake(several: Iterable[tuple[Point, Mapping[str, float]]], moment: datetime) -> Intake:
    """The facts of measurements, as they are recorded; none of them lies ahead."""
    observations, sent = [], []
    for point, named in several:
        assert point.ends is not None, point.id
        for name, value in named.items():
            record = str(point.id)
            observations.append(
                Observation(name, value, min(point.ends, moment), METHOD, point.source, record)
            )
            sent.append(_sent(point, name, value))
    return Intake(observations=observations, sent=sent)


def _sent(point: Point, name: str, value: float) -> Sent:
    """A value with its unit, as it was sent where the unit was another."""
    if point.measure is Measure.GLUCOSE:
        told = point.body["blood_glucose"]
        return Sent(f"/{name}", told["value"], told["unit"])
    return Sent(f"/{name}", value, library.load().facts[name].units[0].code)


def _named(point: Point) -> dict[str, float]:
    body, at_rest = point.body, point.relation == "at rest"
    match point.measure:
        case Measure.PRESSURE if at_rest and body.get("body_posture") == "sitting":
            return {"resting_sys": point.values["sys"], "resting_dia": point.values["dia"]}
        case Measure.HEART_RATE if at_rest and "temporal_relationship_to_sleep" not in body:
            return {"resting_hr": point.values["heart_rate"]}
        case Measure.GLUCOSE if body.get("specimen_source") in {None, "capillary blood"}:
            return {"glucose_mg_dl": point.values["glucose"]}
        case _:
            return {}
