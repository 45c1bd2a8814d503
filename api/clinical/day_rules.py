"""Which rules will be read on the day of each session, and what to ask and measure for them."""

from api.clinical.criteria import Values, holds
from api.clinical.draft import DayRule
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import RuleScope

_DAY = "day"


def day_rules(release: Release, profile: Profile) -> tuple[DayRule, ...]:
    """The session rules that fire, or may fire, while nothing of the day is known.

    Source: specification, two kinds of check (a prescription lists the session rules that will apply).

    Args:
        release: the knowledge.
        profile: the patient; what it knows of the day is left out.
    """
    of_day = facts_of_the_day(release)
    values = without(release, profile, of_day)
    found = []
    for rule, rests_on in zip(release.rules, release.rule_inputs, strict=True):
        truth = rule.scope is RuleScope.SESSION and holds(rule.when, values)
        if truth is not False:
            found.append(DayRule(rule, truth is True, tuple(sorted(rests_on & of_day))))
    return tuple(found)


def facts_of_the_day(release: Release) -> frozenset[str]:
    """The facts that are asked or measured anew on the day of a session."""
    return frozenset(release.observed_today).union(
        fact.name
        for fact in release.plain_facts
        if fact.group == _DAY or fact.expires_both_ways or _only_in_sessions(release.reading_rules[fact.name])
    )


def _only_in_sessions(rules: tuple[Rule, ...]) -> bool:
    return bool(rules) and all(rule.scope is RuleScope.SESSION for rule in rules)


def without(release: Release, profile: Profile, names: frozenset[str]) -> Values:
    """What is known of the patient without these facts, every derived fact worked out again."""
    values = {name: None if name in names else value for name, value in profile.entered.items()}
    release.derive(values, profile.as_of.date(), {}, profile.as_of)
    return values
