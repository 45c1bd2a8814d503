"""The facts of values that are told together, and what contradicts itself among them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from api.adherence.outcomes.mirrors import Mirrored, facts_of
from api.adherence.outcomes.tables import Relation
from api.adherence.outcomes.told import Told
from api.clinical.errors import ValueRefused
from api.clinical.facts import Observation, contradictions
from api.clinical.release import Release
from api.errors import FieldError
from api.patients.observations.reading import Sent
from api.patients.observations.values import decided


class Mirror(NamedTuple):
    """A fact to be put on file, and the places of the values that it is, or follows from."""

    observation: Observation
    sent: Sent
    relation: Relation
    places: list[int]


def mirrors(
    release: Release, readings: Sequence[Told], moment: datetime, falls_on_file: int
) -> tuple[list[Mirror], list[FieldError]]:
    """The facts of values that fit their measures, and what is wrong with them together.

    What follows from several values is one fact, of the greatest of them.
    """
    same: dict[Any, Mirror] = {}
    follows: dict[Any, Mirror] = {}
    faults: list[FieldError] = []
    for place, told in enumerate(readings):
        for one in facts_of(release.outcomes.measures[told.measure], told, moment, falls_on_file):
            try:
                value = decided(release.facts[one.name], one.value, one.unit)
            except ValueRefused as refused:
                faults.append(_fault(place, refused.code, refused.detail))
                continue
            mirror = _mirror(told, one, value, place)
            key = (one.name, told.source, told.at)
            if one.relation is Relation.FOLLOWS:
                _gather(follows, key, mirror)
            elif same.setdefault(key, mirror).observation.value != value:
                detail = f"{one.name} has two values of this moment."
                faults.append(_fault(place, "two-values", detail))
            elif same[key] is not mirror:
                same[key].places.append(place)
    faults.extend(_contradictions(list(same.values())))
    return [*same.values(), *follows.values()], faults


def _mirror(told: Told, one: Mirrored, value: Any, place: int) -> Mirror:
    record = told.source_record_id if one.relation is Relation.SAME else None
    observation = Observation(one.name, value, told.at, told.method, told.source, record)
    sent = Sent(f"/readings/{place}", one.value, one.unit)
    return Mirror(observation, sent, one.relation, [place])


def _gather(follows: dict[Any, Mirror], key: Any, mirror: Mirror) -> None:
    """Keep the greater of two counts; a yes is as good as another."""
    known = follows.setdefault(key, mirror)
    if known is mirror:
        return
    new, old = mirror.observation.value, known.observation.value
    places = [*known.places, *mirror.places]
    greater = isinstance(new, int) and isinstance(old, int) and new > old
    follows[key] = (mirror if greater else known)._replace(places=places)


def _contradictions(same: Sequence[Mirror]) -> Iterator[FieldError]:
    for at in {one.observation.observed_at for one in same}:
        together = {one.observation.name: one for one in same if one.observation.observed_at == at}
        values = {name: one.observation.value for name, one in together.items()}
        for name, code, detail in contradictions(values):
            yield _fault(together[name].places[0], code, detail)


def _fault(place: int, code: str, detail: str) -> FieldError:
    return FieldError(pointer=f"/readings/{place}/value", detail=detail, code=code)
