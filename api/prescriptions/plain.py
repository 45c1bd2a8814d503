"""A dose in plain words: what to do, how often, how long and how hard, for the person who does it."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from api.clinical import fitt
from api.clinical.fitt import Part
from api.clinical.knowledge import library
from api.prescriptions.wording import Language, Words, wording

_ALL = 100


def item_in_words(language: Language, item: Mapping[str, Any], doses: fitt.Doses) -> str:
    """One prescribed exercise: its dose, and the week in which it begins if that is not the first.

    Args:
        language: in which to say it.
        item: of a signed document: `part`, `exercise_id`, `from_week`, `note`.
        doses: of the same document.
    """
    words = wording(language)
    said = dose_in_words(language, Part(item["part"]), doses, exercise_id=item["exercise_id"])
    if item["from_week"] > 1:
        said.append(words.say("dose", "from_week", week=words.number(item["from_week"])))
    return " ".join(said)


def dose_in_words(
    language: Language, part: Part, doses: fitt.Doses, *, exercise_id: str | None = None
) -> list[str]:
    """What a part asks for, in sentences.

    Args:
        language: in which to say it.
        part: of the prescription.
        doses: of the prescription.
        exercise_id: for one exercise of the part; None says what holds for the part as a whole.
    """
    words = wording(language)
    if part is Part.FUNCTIONAL:
        return [words.say("dose", "chores"), words.say("dose", "chores_count")]
    dose = {
        Part.AEROBIC: doses.aerobic,
        Part.RESISTANCE: doses.resistance,
        Part.BALANCE: doses.balance,
        Part.FLEXIBILITY: doses.flexibility,
        Part.FOOT_ANKLE: doses.foot_ankle,
    }[part]
    return [] if dose is None else _SAY[part](words, dose, exercise_id)


def frame_in_words(language: Language, frame: fitt.Frame) -> list[str]:
    """What surrounds every session: warm-up, cool-down and sitting down; nothing where there is none."""
    words = wording(language)
    named = {
        "warm_up": frame.warm_up_minutes,
        "cool_down": frame.cool_down_minutes,
        "sit": frame.sit_minutes,
    }
    return [
        words.say("frame", name, minutes=words.count("minutes", minutes))
        for name, minutes in named.items()
        if minutes
    ]


def limits_in_words(language: Language, doses: fitt.Doses) -> list[str]:
    """What is not to be passed: minutes on the feet, steps, pulse."""
    words = wording(language)
    return [*_feet(words, doses.foot_cap), *_steps(words, doses.steps), *_pulse(words, doses.heart_rate)]


def _aerobic(words: Words, dose: fitt.Aerobic, _: str | None) -> list[str]:
    return [
        _times(words, dose.days_per_week, dose.minutes, dose.bouts),
        _effort(words, dose.rpe_low, dose.rpe_high),
        words.say("dose", "whole_session"),
    ]


def _resistance(words: Words, dose: fitt.Resistance, exercise_id: str | None) -> list[str]:
    said = [words.say("dose", "not_in_a_row", days=words.count("days", dose.days_per_week))]
    if exercise_id is None:
        said.append(words.say("dose", "each_session", exercises=words.count("exercises", dose.exercises)))
    said.append(
        words.say(
            "dose",
            "repetitions",
            sets=words.count("sets", dose.sets),
            reps=words.span(dose.reps_low, dose.reps_high),
            rest=words.count("seconds", dose.rest_seconds),
        )
    )
    if dose.reps_in_reserve:
        said.append(words.say("dose", "in_reserve", more=words.count("more", dose.reps_in_reserve)))
    said.append(_effort(words, dose.rpe_low, dose.rpe_high))
    if dose.load_percent is None:
        said.append(words.say("dose", "lightest"))
    else:
        said.append(words.say("dose", "load", percent=words.number(dose.load_percent)))
    if exercise_id is None:
        said.append(words.say("dose", "breathe"))
    for name, percent in (("legs", dose.leg_load_percent), ("arms", dose.arm_load_percent)):
        if percent != _ALL:
            said.append(words.say("dose", name, percent=words.number(percent)))
    return said


def _balance(words: Words, dose: fitt.Balance, exercise_id: str | None) -> list[str]:
    said = [_times(words, dose.days_per_week, dose.minutes, dose.bouts)]
    if exercise_id == dose.level:
        said.append(
            words.say(
                "dose",
                "hold",
                times=words.count("times", dose.holds),
                seconds=words.count("seconds", dose.hold_seconds),
            )
        )
    return said


def _flexibility(words: Words, dose: fitt.Flexibility, exercise_id: str | None) -> list[str]:
    if exercise_id == library.load().dosing.flexibility.ankle_circles:  # moved, not held
        if dose.ankle_circles_daily:
            return [words.say("dose", "circles")]
        return [words.say("dose", "on_days", days=words.count("days", dose.days_per_week))]
    said = words.say(
        "dose",
        "stretch",
        days=words.count("days", dose.days_per_week),
        times=words.count("times", dose.holds),
        seconds=words.count("seconds", dose.hold_seconds),
    )
    circles = dose.ankle_circles_daily and exercise_id is None
    return [said, words.say("dose", "circles")] if circles else [said]


def _foot_ankle(words: Words, dose: fitt.FootAnkle, _: str | None) -> list[str]:
    return [
        words.say(
            "dose",
            "for_weeks",
            days=words.count("days", dose.days_per_week),
            minutes=words.count("minutes", dose.minutes),
            weeks=words.count("weeks", dose.weeks),
        )
    ]


_SAY: Mapping[Part, Callable[[Words, Any, str | None], list[str]]] = {
    Part.AEROBIC: _aerobic,
    Part.RESISTANCE: _resistance,
    Part.BALANCE: _balance,
    Part.FLEXIBILITY: _flexibility,
    Part.FOOT_ANKLE: _foot_ankle,
}


def _times(words: Words, days: int, minutes: int, bouts: int) -> str:
    values: dict[str, object] = {
        "days": words.count("days", days),
        "minutes": words.count("minutes", minutes),
    }
    if bouts == 1:
        return words.say("dose", "each_time", **values)
    return words.say("dose", "in_bouts", bouts=words.number(bouts), **values)


def _effort(words: Words, low: int, high: int) -> str:
    """How hard, on the scale, in a word, and by whether one can talk."""
    from_band, to_band = library.load().dosing.exertion.band(low), library.load().dosing.exertion.band(high)
    one = from_band == to_band
    band = words.say("band", to_band)
    if not one:
        band = words.say("dose", "span", low=words.say("band", from_band), high=band)
    talk = words.say("talk" if one else "talk_up_to", to_band)
    return words.say("dose", "effort", rpe=words.span(low, high), band=band, talk=talk)


def _feet(words: Words, cap: fitt.FootCap | None) -> list[str]:
    said: list[str] = []
    if cap is None:
        return said
    for name, percent in (("feet_first", cap.weight_bearing_percent), ("feet_after", cap.percent_after)):
        if percent < _ALL and (cap.weeks or name == "feet_after"):
            values = {"percent": words.number(percent)} if percent else {}
            said.append(
                words.say(
                    "limit",
                    name if percent else f"{name}_none",
                    weeks=words.count("weeks", cap.weeks),
                    **values,
                )
            )
    return said


def _steps(words: Words, steps: fitt.Steps | None) -> list[str]:
    if steps is None:
        return []
    if steps.baseline is None:
        return [words.say("limit", "steps_count")]
    return [
        words.say("limit", "steps_usual", baseline=words.count("steps", steps.baseline)),
        words.say(
            "limit",
            "steps",
            rise=words.count("steps", steps.rise),
            ceiling=words.count("steps", steps.ceiling),
        ),
    ]


def _pulse(words: Words, rate: fitt.HeartRate | None) -> list[str]:
    if rate is None:
        return []
    said = []
    if rate.basis is None:
        said.append(words.say("limit", "no_pulse"))
    else:
        lower, upper = cast(int, rate.lower), cast(int, rate.upper)
        said.append(words.say("limit", "pulse", lower=words.number(lower), upper=words.number(upper)))
    if rate.never_above is not None:
        said.append(words.say("limit", "pulse_never", beats=words.number(rate.never_above)))
    return said
