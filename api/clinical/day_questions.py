"""What to ask before a session: the answers of the day that can change what may be done of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from api.clinical.criteria import holds
from api.clinical.day_rules import facts_of_the_day, without
from api.clinical.explanation import Explainer
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import RuleScope, UnknownPolicy


class DayQuestion(NamedTuple):
    """A fact to be asked or measured before a session.

    Attributes:
        needed: without an answer something stays closed, or is to be done lighter.
        rules: those that read it; empty for what is measured in the same step.
        screen: the screen whose answer `clear` answers this too.
    """

    fact: str
    needed: bool
    rules: tuple[str, ...]
    screen: str | None


def day_questions(release: Release, profile: Profile, exercises: Iterable[str]) -> tuple[DayQuestion, ...]:
    """What to ask before a session of these exercises, what is needed first.

    Only rules count that can close or change one of the exercises, and that are not excluded by what is known
    beside the day. What is known of the day is left out: before each session it is asked anew.

    Source: specification, two kinds of check and the day.

    Args:
        release: the knowledge.
        profile: the patient.
        exercises: what is planned, by id.
    """
    places = [release.exercise_positions[one] for one in exercises if one in release.exercise_positions]
    planned = sum(1 << place for place in set(places))
    wanted: dict[str, DayQuestion] = {}
    for rule, needed, facts in _read(release, profile, planned):
        for name in facts:
            before = wanted.get(name) or DayQuestion(name, needed=False, rules=(), screen=None)
            wanted[name] = before._replace(needed=before.needed or needed, rules=(*before.rules, rule.id))
    return asked(release, wanted)


def asked(release: Release, wanted: Mapping[str, DayQuestion]) -> tuple[DayQuestion, ...]:
    """Questions in order, what is needed first, with what is measured in the same step."""
    found = dict(wanted)
    for question in release.questions:
        of_it = [wanted[name] for name in question.facts if name in wanted]
        for name in question.facts if of_it else ():
            if question.screen is not None:
                if name in found:
                    found[name] = found[name]._replace(screen=question.screen)
            elif name not in found:
                needed = any(one.needed for one in of_it)
                found[name] = DayQuestion(name, needed=needed, rules=(), screen=None)
    order = {name: place for place, name in enumerate(release.facts)}
    return tuple(sorted(found.values(), key=lambda one: (not one.needed, order[one.fact])))


def _read(release: Release, profile: Profile, planned: int) -> Iterator[tuple[Rule, bool, frozenset[str]]]:
    """The rules that the day can decide, whether silence has consequences, and the facts for that."""
    of_day = facts_of_the_day(release)
    new_day = replace(
        profile,
        values=without(release, profile, of_day),
        entered={name: None if name in of_day else value for name, value in profile.entered.items()},
        seen={name: one for name, one in profile.seen.items() if name not in of_day},
        states={name: one for name, one in profile.states.items() if name not in of_day},
    )
    explainer = Explainer(release, new_day)
    for position, rule in enumerate(release.rules):
        touches = any(release.touched(tags) & planned for tags in rule.effects.values())
        if not touches or rule.scope is RuleScope.PROGRAMME or not release.rule_inputs[position] & of_day:
            continue
        truth = holds(rule.when, new_day.values)
        if truth is False or (truth is None and rule.scope is RuleScope.BOTH):
            continue
        read = frozenset(
            name for name in release.rule_inputs[position] & of_day if not release.facts[name].display_only
        )
        waits_for = explainer.why(position).missing & read or read
        yield rule, truth is True or rule.acts_when_unknown or rule.unknown is UnknownPolicy.GATE, waits_for
        yield rule, False, read - waits_for
