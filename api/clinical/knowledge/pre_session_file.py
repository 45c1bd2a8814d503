"""What a check before a session means beside its decision, from its file."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from api.clinical.alarms import AlarmLevel, Alarms, Withheld
from api.clinical.criteria import Domain
from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge.dose_file import opened
from api.clinical.knowledge.fact_files import condition
from api.clinical.knowledge.reading import Entry, nested
from api.clinical.reports import ReportLevel
from api.clinical.rules import Rule
from api.clinical.vocabulary import EVERY_EXERCISE, Effect, Level, ReviewStatus

FILE = "pre_session.yaml"


def read_alarms(folder: Path, domains: Mapping[str, Domain], rules: tuple[Rule, ...]) -> Alarms:
    """The table of checks before a session.

    Raises:
        KnowledgeFault: anything that does not fit, or a rule that may close everything and is not named.
    """
    file = opened(folder, FILE)
    by_id = {rule.id: rule for rule in rules}
    withheld = nested(file, "withheld", file.take("withheld", dict))
    table = Alarms(
        review_status=file.closed("review_status", ReviewStatus),
        of_group=_named(withheld, "groups", {rule.group for rule in rules}),
        of_rule=_named(withheld, "rules", by_id.keys()),
        alarms=_alarms(file, domains, by_id),
    )
    withheld.end()
    file.end()
    for rule in rules:
        if _must_be_named(rule) and rule.id not in table.alarms:
            raise KnowledgeFault(
                FILE, rule.id, "alarms", "may stop a session and does not say whom it alarms"
            )
    return table


def _named(entry: Entry, key: str, names: Any) -> Mapping[str, Withheld]:
    """Why a session is withheld, by group or rule."""
    given = entry.take(key, dict)
    for name in given:
        if name not in names:
            raise entry.fault(key, f"there is no {name!r}")
    return MappingProxyType({name: entry.word(key, Withheld, value) for name, value in given.items()})


def _alarms(
    file: Entry, domains: Mapping[str, Domain], rules: Mapping[str, Rule]
) -> Mapping[str, tuple[AlarmLevel, ...]]:
    found: dict[str, tuple[AlarmLevel, ...]] = {}
    for position, content in enumerate(file.listed("alarms")):
        entry = nested(file, f"alarms, entry {position + 1}", content)
        rule_id = entry.text("rule")
        if rule_id not in rules or rule_id in found:
            raise entry.fault("rule", f"there is no {rule_id!r}, or it stands twice")
        found[rule_id] = tuple(
            _level(nested(entry, "levels", one), domains) for one in entry.listed("levels")
        )
        entry.end()
    return MappingProxyType(found)


def _level(entry: Entry, domains: Mapping[str, Domain]) -> AlarmLevel:
    written = entry.text("when", None)
    level = AlarmLevel(
        level=entry.closed("level", ReportLevel),
        when=None if written is None else condition(entry, "when", written, domains),
    )
    entry.end()
    return level


def _must_be_named(rule: Rule) -> bool:
    closing = (rule.effects.get(effect, frozenset()) for effect in (Effect.FORBID, Effect.CLEARANCE))
    return rule.level is Level.ABSOLUTE or any(EVERY_EXERCISE in tags for tags in closing)
