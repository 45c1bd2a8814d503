"""How each measure of a patient went, as plain data, with every word's reason."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from types import MappingProxyType
from typing import Any, NamedTuple

from api.adherence.outcomes.definitions import shown as definition
from api.adherence.outcomes.lists import ChangeReason, ChangeShown, KeptAs
from api.adherence.outcomes.queries import OnFile
from api.clinical.errors import ValueRefused
from api.clinical.measures import OutcomeMeasure, Outcomes, Reading
from api.clinical.outcomes import Change, ChangeWord, Course, Due, NoWord, course

SENSORY = frozenset({"mnsi-examination", "mtcns", "tcss", "monofilament-10g", "vibration-128hz"})
"""Measures whose scores vary with the tester and the warmth of the skin."""
RISK = "iwgdf-risk"
_WORST_RISK = 3
"""The highest class of the IWGDF; unknown is read as that. Source: IWGDF-P."""

_SENTENCES: Mapping[ChangeReason, str] = MappingProxyType(
    {
        ChangeReason.NO_AGREED_CHANGE: "It changed; which change counts is not agreed.",
        ChangeReason.ONLY_WORSE_COUNTS: "It changed; of this measure only a change for the worse counts.",
        ChangeReason.NO_TARGET: "It changed; without the person's own target it is neither better nor worse.",
        ChangeReason.OTHER_NUMBER_TESTED: "Another number of sites or questions was used.",
        ChangeReason.TOO_CLOSE: "The values lie too close together to be compared.",
        ChangeReason.OTHER_MEASURE: "It is another measure.",
        ChangeReason.OTHER_SIDE: "It is another side.",
        ChangeReason.NOT_LATER: "Both are of one day.",
        ChangeReason.DETECTABLE: "The change is as large as what can be told from chance, or larger.",
        ChangeReason.BELOW_CHANGE: "",
        ChangeReason.UNCHANGED: "The value is the same.",
    }
)


class Drawn(NamedTuple):
    """A value on file with its reading, as the medicine has it."""

    kept: OnFile
    reading: Reading


def courses(
    outcomes: Outcomes, on_file: Sequence[OnFile], first: date, today: date, risk: str | None
) -> tuple[list[dict[str, Any]], int]:
    """How each measure and side went, in the order of the release, and how many values could not be read.

    Args:
        outcomes: the measures.
        on_file: what counts, by the patient's day.
        first: the first day of the series that is shown; the baseline may lie before it.
        today: the last one, and the day on which something is overdue.
        risk: the IWGDF risk that the checks work with; None where it is not known.
    """
    order = {measure: place for place, measure in enumerate(outcomes.measures)}
    drawn = [one for kept in on_file if (one := _drawn(outcomes, kept)) is not None]
    drawn.sort(key=lambda one: (order[one.reading.measure], one.reading.side or ""))
    worst = _worst_risk(drawn, risk)
    shown = []
    for (measure_id, _), group in groupby(drawn, key=lambda one: (one.reading.measure, one.reading.side)):
        measure, members = outcomes.measures[measure_id], list(group)
        went = course(measure, [one.reading for one in members], iwgdf_risk=worst)
        if went is not None:
            shown.append(_shown(outcomes, members, went, first, today))
    return shown, len(on_file) - len(drawn)


def _drawn(outcomes: Outcomes, kept: OnFile) -> Drawn | None:
    """None where the release no longer has the measure, or the value does not fit it."""
    measure = outcomes.measures.get(kept.told.measure)
    if measure is None:
        return None
    try:
        return Drawn(kept, kept.told.reading(measure, kept.on))
    except ValueRefused:
        return None


def _worst_risk(drawn: Sequence[Drawn], risk: str | None) -> int | None:
    """The higher of the class that was told last and of what is on file; unknown is the highest."""
    told = [one.reading.value for one in drawn if one.reading.measure == RISK]
    if risk is None:
        return None
    on_file = int(risk) if risk.isdigit() else _WORST_RISK
    return max(on_file, int(told[-1])) if told else on_file


def _shown(
    outcomes: Outcomes, members: Sequence[Drawn], went: Course, first: date, today: date
) -> dict[str, Any]:
    measure = outcomes.measures[went.latest.measure]
    kept_of = {id(one.reading): one.kept for one in members}
    close = went.since_previous is None and went.latest is not went.baseline
    return {
        **definition(measure),
        "side": went.latest.side,
        "baseline": _value(measure, kept_of[id(went.baseline)]),
        "previous": None if went.previous is None else _value(measure, kept_of[id(went.previous)]),
        "latest": _value(measure, kept_of[id(went.latest)]),
        "since_baseline": _change(outcomes, went.since_baseline, close=close),
        "since_previous": _change(outcomes, went.since_previous, close=close),
        "consequences": sorted(went.consequences),
        "due": _due(went.due, today),
        "note": outcomes.no_recovery.says if measure.id in SENSORY else None,
        "series": list(_series(measure, members, first)),
    }


def _series(measure: OutcomeMeasure, members: Sequence[Drawn], first: date) -> Iterator[dict[str, Any]]:
    """Every value of the days shown; of several of one day all, in the order in which they were given."""
    return (_value(measure, one.kept) for one in members if one.kept.on >= first)


def _value(measure: OutcomeMeasure, kept: OnFile) -> dict[str, Any]:
    told = kept.told
    number = None if isinstance(told.value, str) or told.value is None else told.value
    category = None if number is None else measure.category(Fraction(str(number)))
    return {
        "id": kept.id,
        "kept_as": KeptAs.FACT if kept.is_fact else KeptAs.OUTCOME,
        "value": number,
        "word": told.value if isinstance(told.value, str) else None,
        "category": category,
        "of": told.of,
        "insensate": sorted(told.insensate),
        "target": told.target,
        "on": kept.on,
        "observed_at": told.at,
        "recorded_at": kept.recorded_at,
        "recorded_by": kept.recorded_by,
        "method": told.method,
        "tester": told.tester,
        "source": told.source,
        "source_record_id": told.source_record_id,
    }


def _change(outcomes: Outcomes, found: Change | None, *, close: bool) -> dict[str, Any] | None:
    """A change with its word and its reason; None where there is no earlier value."""
    if found is None:
        if not close:
            return None
        return _told(ChangeShown.NOT_COMPARABLE, ChangeReason.TOO_CLOSE, None)
    word, reason = _word(found)
    sentence = outcomes.below_change.says if reason is ChangeReason.BELOW_CHANGE else None
    return _told(word, reason, found, sentence)


def _word(found: Change) -> tuple[ChangeShown, ChangeReason]:
    same = found.difference == 0 or (found.difference is None and found.before == found.after)
    match found.word:
        case None if same:
            return ChangeShown.NO_DETECTABLE_CHANGE, ChangeReason.UNCHANGED
        case None:
            return ChangeShown.CHANGED, ChangeReason((found.reason or NoWord.NO_AGREED_CHANGE).value)
        case ChangeWord.NOT_COMPARABLE:
            return ChangeShown.NOT_COMPARABLE, ChangeReason((found.reason or NoWord.OTHER_MEASURE).value)
        case ChangeWord.NO_DETECTABLE_CHANGE:
            return (
                ChangeShown.NO_DETECTABLE_CHANGE,
                ChangeReason.UNCHANGED if same else ChangeReason.BELOW_CHANGE,
            )
    return ChangeShown(found.word.value), ChangeReason.DETECTABLE


def _told(
    word: ChangeShown, reason: ChangeReason, found: Change | None, sentence: str | None = None
) -> dict[str, Any]:
    difference = None if found is None or found.difference is None else float(found.difference)
    return {
        "word": word,
        "reason": reason,
        "sentence": sentence or _SENTENCES[reason],
        "difference": difference,
        "from_category": None if found is None else found.before,
        "to_category": None if found is None else found.after,
    }


def _due(found: Due, today: date) -> dict[str, Any]:
    return {
        "first": found.first,
        "last": found.last,
        "occasion": found.occasion,
        "overdue": found.last is not None and found.last < today,
    }
