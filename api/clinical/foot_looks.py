"""Looks at the feet at home: which values on file they renew, and how long those then count."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from api.clinical.facts import FactValue, Observation
from api.clinical.months import months_after
from api.clinical.statements import Statement
from api.clinical.vocabulary import ReviewStatus

METHOD = "self-check"
SOURCE = "foot-looks"
"""The source of the facts that clear looks put on file; by it they are told from what others say."""


@dataclass(frozen=True, kw_only=True)
class SelfCheck(Statement):
    """What a clear look renews, and for how long.

    Attributes:
        days: how long a value counts from the look on.
        values: by fact, without its side: the values that a clear look may renew.
        months: by IWGDF risk, how long after an examination looks count at the most; at other risks none do.
        unknown_risk: the risk that an unknown one is read as.
        not_examined_by: methods of observations that are no examination.
    """

    days: int
    values: Mapping[str, frozenset[str]]
    months: Mapping[str, int]
    unknown_risk: str
    not_examined_by: frozenset[str]

    @cached_property
    def of_each_foot(self) -> Mapping[str, frozenset[str]]:
        """The values that may be renewed, by fact."""
        sides = ("left", "right")
        return MappingProxyType(
            {f"{stem}_{side}": values for stem, values in self.values.items() for side in sides}
        )

    def is_look(self, one: Observation) -> bool:
        """Whether an observation is what a clear look put on file; by itself it says nothing."""
        return one.source == SOURCE and self.reassures(one.name, one.value)

    def reassures(self, name: str, value: FactValue | None) -> bool:
        """Whether a clear look may renew this value."""
        return isinstance(value, str) and value in self.of_each_foot.get(name, ())

    def examined(self, one: Observation) -> bool:
        """Whether an observation is of somebody who examined the feet."""
        return one.method not in self.not_examined_by

    @cached_property
    def most_months(self) -> int:
        """How long looks count after an examination at the most."""
        return max(self.months.values())

    def months_at(self, risk: str | None) -> int | None:
        """How long looks count after an examination at a risk; None where they do not."""
        return self.months.get(self.unknown_risk if risk is None else risk)


@dataclass(frozen=True, slots=True, kw_only=True)
class FootLooks:
    """The table of looks at the feet."""

    review_status: ReviewStatus
    self_check: SelfCheck


class Renewal(NamedTuple):
    """A value that was found in an examination, and the newest clear look that renews it."""

    examined: Observation
    look: Observation

    def until(self, days: int, months: int, zone: tzinfo | None) -> datetime:
        """Until when the value counts by the look.

        Args:
            days: from the look on.
            months: from the examination on, at the longest.
            zone: of the patient, whose calendar counts.
        """
        examined_at = self.examined.observed_at.astimezone(zone)
        latest = datetime.combine(months_after(examined_at.date(), months), examined_at.timetz())
        return min(self.look.observed_at + timedelta(days=days), latest).astimezone(UTC)


def renewals(
    table: SelfCheck,
    looks: Mapping[str, list[Observation]],
    counting: Mapping[str, Observation],
    conflicting: set[str],
) -> dict[str, Renewal]:
    """Which of the values that count are renewed by looks.

    A look renews what an examination before it found, and only if that is reassuring and says the same; what
    is unknown, adverse or contradicted stays as it is.

    Source: specification, refreshing foot state without a visit.

    Args:
        table: which values.
        looks: by fact.
        counting: the observations that count without looks.
        conflicting: facts of which others contradict them.
    """
    found = {}
    for name, seen in looks.items():
        examined = counting.get(name)
        if examined is None or name in conflicting or not table.examined(examined):
            continue
        renewing = [
            one for one in seen if one.value == examined.value and one.observed_at > examined.observed_at
        ]
        if renewing:
            found[name] = Renewal(examined, max(renewing, key=lambda one: one.observed_at))
    return found
