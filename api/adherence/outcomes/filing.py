"""How values go on file: what is new, what repeats, what corrects an earlier record."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from api.adherence.outcomes.queries import Found, told_of
from api.adherence.outcomes.told import Told


class OutcomeResult(StrEnum):
    """What became of a value that was sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


class Filed(NamedTuple):
    """Where a value stands; `outcome_id` is its own, or that of the outcome which it repeats."""

    outcome_id: UUID
    told: Told
    result: OutcomeResult
    corrects: UUID | None
    """The outcome of the same record that it replaces."""
    takes_back: UUID | None
    """That outcome, if it counted until now."""


class _Known(NamedTuple):
    id: UUID
    told: Told
    retracted: bool


def filed(readings: Sequence[Told], on_file: Iterable[Found], ids: Iterable[UUID]) -> list[Filed]:
    """Where each of the values stands, in their order; those of one body may also repeat each other.

    A value is repeated by the same value of the same moment from the same source, under the same record if it
    has one. The same record with anything else corrects it. What was taken back stays so if it is sent again.

    Args:
        readings: each with its source.
        on_file: what was ever told, oldest entry first.
        ids: a new id for each value.
    """
    records: dict[Any, _Known] = {}
    contents: dict[Any, _Known] = {}

    def keep(one: _Known, *, replaced: bool) -> None:
        if one.told.source_record_id is not None and not replaced:
            records[_record(one.told)] = one
        contents[_content(one.told)] = one

    def put(told: Told, new_id: UUID) -> Filed:
        found = contents if told.source_record_id is None else records
        known = found.get(_content(told) if told.source_record_id is None else _record(told))
        if known is not None and _content(known.told) == _content(told):
            return Filed(known.id, told, OutcomeResult.DUPLICATE, None, None)
        keep(_Known(new_id, told, retracted=False), replaced=False)
        takes_back = None if known is None or known.retracted else known.id
        return Filed(new_id, told, OutcomeResult.ACCEPTED, None if known is None else known.id, takes_back)

    for row in on_file:
        known = _Known(row.id, told_of(row), retracted=row.retracted is not None)
        keep(known, replaced=row.replaced_by is not None)
    return [put(told, new_id) for told, new_id in zip(readings, ids, strict=True)]


def _record(told: Told) -> tuple[Any, ...]:
    return told.measure, told.side, told.source, told.source_record_id


def _content(told: Told) -> tuple[Any, ...]:
    sites, parts = tuple(sorted(told.insensate)), (told.days_per_week, told.minutes_per_day)
    return told.measure, told.side, told.source, told.at, told.value, told.of, sites, told.target, parts
