"""What new values ask for, beside those on file: a review, a new look at the risk."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from api.adherence.outcomes.filing import Filed, OutcomeResult
from api.adherence.outcomes.queries import OnFile
from api.alerts.actions import Cause, CauseKind
from api.clinical.errors import ValueRefused
from api.clinical.measures import Consequence, JudgedBy, OutcomeMeasure
from api.clinical.outcomes import alone, change
from api.clinical.reports import ReportLevel

NUMBERED_RISKS = frozenset("0123")
"""The classes of the IWGDF risk; beside them the checks know an active foot problem."""


class Raised(NamedTuple):
    """What a value asks for.

    Attributes:
        why: a line for a clinician; None where it asks for no review.
    """

    filed: Filed
    consequences: frozenset[Consequence]
    why: str | None

    @classmethod
    def nothing(cls, filed: Filed) -> "Raised":
        """A value that is no news."""
        return cls(filed, frozenset(), None)


def findings(
    measures: Mapping[str, OutcomeMeasure],
    results: Sequence[Filed],
    on_file: Sequence[OnFile],
    worked_out: str | None,
) -> list[Raised]:
    """What each value asks for, in their order.

    Args:
        measures: of the release.
        results: what became of each value.
        on_file: what counts of their measures, with the new ones.
        worked_out: the IWGDF risk that the checks work with, where a class of it is among the values.
    """
    return [
        _raised(measures[one.told.measure], one, on_file, worked_out)
        if one.result is OutcomeResult.ACCEPTED
        else Raised.nothing(one)
        for one in results
    ]


def causes(found: Sequence[Raised]) -> Iterator[Cause]:
    """What is put before a clinician. Source: specification, outcomes: any rise, any injurious fall."""
    for one in found:
        if one.why is not None:
            told = one.filed.told
            yield Cause(
                kind=CauseKind.OUTCOME,
                level=ReportLevel.REVIEW,
                subject="outcome",
                subject_id=one.filed.outcome_id,
                title=one.why,
                detail={"measure": told.measure, "value": told.value, "observed_at": told.at},
            )


def _raised(measure: OutcomeMeasure, one: Filed, on_file: Sequence[OnFile], worked_out: str | None) -> Raised:
    series = [
        other
        for other in on_file
        if other.told.measure == measure.id and other.told.side == one.told.side and _fits(measure, other)
    ]
    place = next((at for at, other in enumerate(series) if other.id == one.outcome_id), None)
    if place is None:
        return Raised.nothing(one)
    found = set(alone(measure, series[place].told.reading(measure, series[place].on)))
    reasons = [f"{measure.title}: {one.told.value}."] if found else []
    for before, after in _pairs(series, place):
        found |= _consequences(measure, before, after)
        reasons += [line for line in _risen(measure, before, after) if line not in reasons]
    reasons += _above_the_file(measure, one, worked_out)
    if reasons:
        found.add(Consequence.REVIEW)
    return Raised(one, frozenset(found), " ".join(reasons) or None)


def _pairs(series: Sequence[OnFile], place: int) -> list[tuple[OnFile, OnFile]]:
    """A value with those before and after it, and with the last of an earlier day."""
    beside = list(pairwise(series[max(place - 1, 0) : place + 2]))
    one = series[place]
    earlier = [other for other in series[:place] if other.on < one.on]
    if earlier and earlier[-1] is not series[place - 1]:
        beside.append((earlier[-1], one))
    return beside


def _consequences(measure: OutcomeMeasure, before: OnFile, after: OnFile) -> frozenset[Consequence]:
    earlier, later = before.told.reading(measure, before.on), after.told.reading(measure, after.on)
    return change(measure, earlier, later).consequences


def _risen(measure: OutcomeMeasure, before: OnFile, after: OnFile) -> list[str]:
    """A line for a rise that is reviewed, also of two values of one day."""
    was, now = before.told.value, after.told.value
    if measure.judged_by is not JudgedBy.RISE or isinstance(was, str) or isinstance(now, str):
        return []
    if was is None or now is None or now <= was:
        return []
    return [f"{measure.title} rose from {was:g} to {now:g}."]


def _above_the_file(measure: OutcomeMeasure, one: Filed, worked_out: str | None) -> list[str]:
    """A line for a class that is told higher than what the facts on file give."""
    value = one.told.value
    if measure.judged_by is not JudgedBy.RISE or worked_out is None or worked_out not in NUMBERED_RISKS:
        return []
    if value is None or isinstance(value, str) or value <= int(worked_out):
        return []
    told = f"{measure.title} {value:g} was told, and the facts on file give {worked_out}."
    return [f"{told} Checks work with those: examine the feet and record what makes it higher."]


def _fits(measure: OutcomeMeasure, one: OnFile) -> bool:
    try:
        one.told.reading(measure, one.on)
    except ValueRefused:
        return False
    return True
