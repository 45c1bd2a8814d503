"""What the rules that fired do to the numbers of a dose."""

from collections.abc import Mapping
from typing import NamedTuple

from api.clinical.contraindications import Assessment, Finding
from api.clinical.criteria import holds
from api.clinical.dosing import Limit
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.statements import Why
from api.clinical.vocabulary import Effect

_CLOSING = (Effect.FORBID, Effect.CLEARANCE, Effect.AVOID)


class Bound(NamedTuple):
    """A number that is not passed, and why; None where there is none."""

    value: float | None
    why: tuple[Why, ...]


class Applied(NamedTuple):
    """A limit that applies, with the rules because of which it does."""

    limit: Limit
    why: tuple[Why, ...]


class Limits:
    """The limits that apply to a patient."""

    def __init__(self, release: Release, profile: Profile, assessment: Assessment) -> None:
        self.release = release
        self.fired = {finding.rule.id: finding for finding in assessment.findings}
        self.closing = _closing(assessment)
        self.applied = tuple(
            Applied(limit, (limit.why, *self._rules(limit)))
            for limit in release.dosing.limits
            if self._applies(limit, profile)
        )

    def lowest(self, name: str) -> Bound:
        """The strictest of the upper limits of a number."""
        given = [(getattr(one.limit, name), one.why) for one in self.applied]
        given = [(value, why) for value, why in given if value is not None]
        least = min((value for value, _ in given), default=None)
        return Bound(least, tuple(one for value, why in given if value == least for one in why))

    def highest(self, name: str) -> Bound:
        """The strictest of the lower limits of a number."""
        given = [(getattr(one.limit, name), one.why) for one in self.applied]
        given = [(value, why) for value, why in given if value is not None]
        most = max((value for value, _ in given), default=None)
        return Bound(most, tuple(one for value, why in given if value == most for one in why))

    @property
    def left_out(self) -> frozenset[str]:
        """Tags of exercises that are not chosen."""
        return frozenset().union(*(one.limit.leave_out for one in self.applied))

    def closes(self, tag: str) -> tuple[Finding, ...]:
        """The findings that close a tag."""
        return self.closing.get(tag, ())

    def _applies(self, limit: Limit, profile: Profile) -> bool:
        if limit.rules and not any(name in self.fired for name in limit.rules):
            return False
        if limit.closes is not None and not self.closes(limit.closes):
            return False
        return limit.when is None or holds(limit.when, profile.values) is not False

    def _rules(self, limit: Limit) -> tuple[Why, ...]:
        named = [self.fired[name] for name in sorted(limit.rules) if name in self.fired]
        return tuple(rule_why(finding) for finding in (*named, *self.closes(limit.closes or "")))


def rule_why(finding: Finding) -> Why:
    """A rule that fired as the reason of a number."""
    rule = finding.rule
    return Why("rule", rule.id, rule.title, rule.citations, rule.verification, rule.review_status)


def _closing(assessment: Assessment) -> Mapping[str, tuple[Finding, ...]]:
    found: dict[str, list[Finding]] = {}
    for finding in assessment.findings:
        for tag in frozenset().union(*(finding.effects.get(effect, frozenset()) for effect in _CLOSING)):
            found.setdefault(tag, []).append(finding)
    return {tag: tuple(findings) for tag, findings in found.items()}
