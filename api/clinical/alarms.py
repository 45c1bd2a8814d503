"""What a check before a session means beside its decision: whom it alarms, and why a session was withheld."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from api.clinical.criteria import Criterion, Values, holds
from api.clinical.reports import ReportLevel
from api.clinical.rules import Rule
from api.clinical.vocabulary import ReviewStatus


class Withheld(StrEnum):
    """Why a session was not to be done."""

    GLUCOSE = "glucose"
    BP = "bp"
    ILLNESS = "illness"
    SYMPTOM = "symptom"
    FOOT_PROBLEM = "foot-problem"
    LOCKED = "locked"
    ON_HOLD = "on-hold"
    OTHER = "other"


class AlarmLevel(NamedTuple):
    """How urgent a finding is, where a condition holds; without one always."""

    level: ReportLevel
    when: Criterion | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarms:
    """The table of checks before a session.

    Attributes:
        of_group, of_rule: why a session is withheld; what a rule says goes before what its group says.
        alarms: for each rule that can stop a session the levels, tried in order; none alarms nobody.
    """

    review_status: ReviewStatus = ReviewStatus.AWAITING
    of_group: Mapping[str, Withheld] = field(default_factory=lambda: MappingProxyType({}))
    of_rule: Mapping[str, Withheld] = field(default_factory=lambda: MappingProxyType({}))
    alarms: Mapping[str, tuple[AlarmLevel, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def withheld(self, rule: Rule) -> Withheld:
        """Why a session is withheld that a rule stops."""
        return self.of_rule.get(rule.id) or self.of_group.get(rule.group, Withheld.OTHER)

    def level(self, rule_id: str, values: Values) -> ReportLevel | None:
        """How urgent a finding is; a condition that is unknown counts as true. None alarms nobody."""
        for one in self.alarms.get(rule_id, ()):
            if one.when is None or holds(one.when, values) is not False:
                return one.level
        return None
