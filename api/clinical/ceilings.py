"""Where a written dose goes beyond what its patient's class allows to begin with."""

from collections.abc import Iterator
from typing import NamedTuple

from api.clinical.draft import Draft
from api.clinical.fitt import Doses
from api.clinical.release import Release
from api.clinical.statements import Why

_UNLIMITED = frozenset({"met_at_most", "never_above"})
_GENTLEST = frozenset({"load_percent"})
_AT_MOST = {
    "aerobic": ("weekly_minutes", "minutes", "rpe_high", "met_at_most"),
    "resistance": (
        "days_per_week",
        "exercises",
        "sets",
        "sets_at_most",
        "reps_high",
        "rpe_high",
        "load_percent",
    ),
    "foot_cap": ("weight_bearing_percent", "percent_after"),
    "steps": ("rise", "ceiling", "raise_by"),
    "heart_rate": ("upper", "never_above"),
}
_AT_LEAST = {
    "resistance": ("reps_in_reserve", "rest_seconds"),
    "foot_cap": ("weeks",),
    "steps": ("every_weeks", "needs_sign_off"),
    "frame": ("warm_up_minutes", "cool_down_minutes"),
}


class Beyond(NamedTuple):
    """A number beyond the class of its patient.

    Attributes:
        field: the number; `part` where all of it is not proposed, or was proposed as a limit and is missing.
        value: as written.
        limit: as the class allows; None where it allows none.
    """

    part: str
    field: str
    value: float | str | None
    limit: float | str | None
    why: tuple[Why, ...]


def beyond(release: Release, draft: Draft, doses: Doses, already: Doses | None = None) -> tuple[Beyond, ...]:
    """Where a written dose passes the ceiling of the class; empty where it is inside.

    Args:
        release: the knowledge.
        draft: what is proposed for the same patient now.
        doses: what is written.
        already: what is signed and in force; a number that is no higher than there is inside.
    """
    found = [*_compared(release, draft, doses), *_missing(draft, doses), *_level(release, draft, doses)]
    return tuple(one for one in found if not _in_force(one, already))


def _compared(release: Release, draft: Draft, doses: Doses) -> Iterator[Beyond]:
    for part in ("aerobic", "resistance", "foot_cap", "steps", "heart_rate", "frame"):
        written, proposed = getattr(doses, part), getattr(draft.doses, part)
        if written is None:
            continue
        if proposed is None:
            if part in {"aerobic", "resistance"} or (part == "heart_rate" and written.basis is not None):
                yield Beyond(part, "part", None, None, _why(draft, part, "part"))
            continue
        for fields, sign in ((_AT_MOST.get(part, ()), 1), (_AT_LEAST.get(part, ()), -1)):
            for field in fields:
                value, limit = getattr(written, field), _limit(release, draft, part, field)
                if (_number(field, value) - _number(field, limit)) * sign > 0:
                    yield Beyond(part, field, value, limit, _why(draft, part, field))


def _limit(release: Release, draft: Draft, part: str, field: str) -> float | None:
    """The ceiling of a number: the high end of the table for strength, else what is proposed."""
    if part == "resistance":
        start = release.dosing.resistance_start(draft.risk)
        match field:
            case "days_per_week":
                return start.days_per_week.high
            case "exercises":
                return start.exercises.high
            case "sets" | "sets_at_most":
                return start.sets.high
            case "rest_seconds":
                return start.rest_seconds.low
    value: float | None = getattr(getattr(draft.doses, part), field)
    return value


def _number(field: str, value: float | None) -> float:
    if value is not None:
        return value
    return 0 if field in _GENTLEST else float("inf") if field in _UNLIMITED else 0


def _missing(draft: Draft, doses: Doses) -> Iterator[Beyond]:
    """Limits that were proposed and are not written."""
    cap, rate = draft.doses.foot_cap, draft.doses.heart_rate
    if cap is not None and doses.foot_cap is None and doses.aerobic is not None:
        yield Beyond("foot_cap", "part", None, cap.weight_bearing_percent, _why(draft, "foot_cap", "part"))
    if rate is not None and rate.never_above is not None and doses.heart_rate is None:
        yield Beyond("heart_rate", "never_above", None, rate.never_above, _why(draft, "heart_rate", "part"))


def _level(release: Release, draft: Draft, doses: Doses) -> Iterator[Beyond]:
    """Balance work at a harder level than the class begins with."""
    written, proposed, levels = doses.balance, draft.doses.balance, release.dosing.balance.levels
    if written is None:
        return
    if proposed is None or written.level not in levels[: levels.index(proposed.level) + 1]:
        limit = None if proposed is None else proposed.level
        yield Beyond("balance", "level", written.level, limit, _why(draft, "balance", "level"))


def _why(draft: Draft, part: str, field: str) -> tuple[Why, ...]:
    """The reasons of a number; of its part, or of the class, where it has none of its own."""
    named = draft.why.get(f"{part}.{field}")
    if named:
        return named
    whole = [whys for key, whys in draft.why.items() if key.startswith(f"{part}.")]
    return whole[0] if whole else draft.why["classes.risk"]


def _in_force(one: Beyond, already: Doses | None) -> bool:
    signed = getattr(already, one.part, None)
    if signed is None or one.field == "part":
        return False
    value = getattr(signed, one.field)
    if isinstance(value, str) or isinstance(one.value, str):
        return bool(value == one.value)
    if one.field in _AT_LEAST.get(one.part, ()):
        return _number(one.field, one.value) >= _number(one.field, value)
    return _number(one.field, one.value) <= _number(one.field, value)
