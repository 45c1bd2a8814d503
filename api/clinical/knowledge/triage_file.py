"""The triage tables from their file, and whether they hold together."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.clinical.criteria import Domain
from api.clinical.facts import Fact
from api.clinical.knowledge.dose_file import opened
from api.clinical.knowledge.fact_files import condition
from api.clinical.knowledge.reading import Entry, nested, unique
from api.clinical.knowledge.rule_files import Known
from api.clinical.knowledge.statement_files import Shelf
from api.clinical.knowledge.wording_file import one_sentence
from api.clinical.pacing import Pacing
from api.clinical.reports import ReportLevel
from api.clinical.session_fields import ASKED
from api.clinical.triaged import at_least
from api.clinical.triaging import (
    CONTEXT,
    Assumed,
    Levels,
    NotAsked,
    NoteWords,
    Rise,
    Trend,
    TrendKind,
    TriageRule,
    Triaging,
    domains,
)
from api.clinical.vocabulary import EVERY_EXERCISE, FactType, ReviewStatus

FILE = "triage.yaml"
_SIDES = ("left", "right")


def read_triaging(folder: Path, facts: Mapping[str, Fact], known: Known, pacing: Pacing) -> Triaging:
    """The triage tables of a release.

    Args:
        folder: the folder of the release.
        facts: what can be known of a patient, for what a report sets.
        known: the sources, and the tags that some exercise carries.
        pacing: the tables of progression, for what a finding takes back.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, entry and place.
    """
    file = opened(folder, FILE)
    shelf = Shelf(domains(), known.sources, file.closed("review_status", ReviewStatus))
    reader = _Reader(shelf, facts, known.tags, pacing)
    rules = tuple(reader.rule(file, content) for content in file.listed("rules"))
    trends = shelf.listed(file, "trends", Trend)
    tables = Triaging(
        review_status=shelf.review_status,
        levels=shelf.under(file, "levels", Levels),
        assumed=shelf.under(file, "assumed", Assumed),
        rules=rules,
        trends=trends,
        not_asked=shelf.under(file, "not_asked", NotAsked),
        note_words=shelf.under(file, "note_words", NoteWords),
    )
    file.end()
    statements = (*rules, *trends, tables.levels, tables.assumed, tables.not_asked, tables.note_words)
    unique(statements, lambda one: str(one.id), FILE)
    _check(file, tables)
    return tables


class _Reader:
    """Reads rules, and checks what they name."""

    def __init__(self, shelf: Shelf, facts: Mapping[str, Fact], tags: frozenset[str], pacing: Pacing) -> None:
        self.shelf, self.facts, self.tags, self.pacing = shelf, facts, tags, pacing

    def rule(self, file: Entry, content: Any) -> TriageRule:
        """One rule."""
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            raise file.fault("rules", "one has no id")
        entry = Entry(file.file, content["id"], content)
        rises = tuple(self._rise(entry, one) for one in entry.listed("rises", []))
        rule = self.shelf.statement(TriageRule, entry, rises=rises)
        self._check(entry, rule)
        return rule

    def _rise(self, rule: Entry, content: object) -> Rise:
        entry = nested(rule, "rises", content)
        written = entry.text("when", None)
        rise = Rise(
            to=entry.closed("to", ReportLevel),
            says=entry.text("says"),
            when=None if written is None else condition(entry, "when", written, self.shelf.domains),
            times=entry.take("times", int, None),
            in_a_row=entry.flag("in_a_row"),
            answered=entry.text("answered", None),
            lock=frozenset(entry.listed("lock", [])),
        )
        entry.end()
        if (rise.when is None) is (rise.times is None):
            raise entry.fault("when", "a rise needs a condition or a number of times")
        if rise.answered is not None and rise.answered not in ASKED:
            raise entry.fault("answered", f"{rise.answered!r} is not a question")
        return rise

    def _check(self, entry: Entry, rule: TriageRule) -> None:
        for place, tags in (("lock", rule.lock), *(("rises.lock", rise.lock) for rise in rule.rises)):
            unknown = tags - self.tags - {EVERY_EXERCISE}
            if unknown:
                raise entry.fault(place, f"no exercise carries the tag {min(unknown)!r}")
        for level, lock in (
            (rule.level, rule.lock),
            *((one.to, one.lock or rule.lock) for one in rule.rises),
        ):
            if at_least(level, ReportLevel.URGENT) and not lock:
                raise entry.fault("lock", f"{level} locks something")
        if at_least(rule.level, ReportLevel.REVIEW) and rule.clinician is None:
            raise entry.fault("clinician", "says nothing to do")
        if rule.regression is not None and not hasattr(self.pacing, rule.regression):
            raise entry.fault("regression", f"there is no entry {rule.regression!r}")
        for name, value in (rule.sets or {}).items():
            for fact in self._facts(entry, "sets", name):
                if value not in fact.values:
                    raise entry.fault("sets", f"{name} is never {value!r}")
        for name in rule.adds or ():
            for fact in self._facts(entry, "adds", name):
                if fact.type is not FactType.INTEGER:
                    raise entry.fault("adds", f"{name} is not a whole number")

    def _facts(self, entry: Entry, place: str, name: str) -> list[Fact]:
        """The facts that a name stands for, one or one for each foot."""
        found = [
            self.facts[one] for one in (name, *(f"{name}_{side}" for side in _SIDES)) if one in self.facts
        ]
        if not found:
            raise entry.fault(place, f"there is no fact {name!r}")
        return found


def _check(file: Entry, tables: Triaging) -> None:
    """What one table says of another exists."""
    for trend in tables.trends:
        if trend.kind is TrendKind.FINDING and trend.rule not in tables.by_id:
            raise file.fault(f"trends.{trend.id}", f"there is no rule {trend.rule!r}")
    asked = {name for names in tables.not_asked.of_skipped.values() for name in names}
    unknown = asked.union(tables.not_asked.unsaid) - ASKED
    if unknown:
        raise file.fault("not_asked", f"{min(unknown)!r} is not a question")
    for name, value in tables.assumed.values.items():
        domain: Domain | None = CONTEXT.get(name)
        if domain is None or value not in domain.members:
            raise file.fault("assumed", f"{name} is never {value!r}")
    for name, sentence in tables.wording.items():
        if not one_sentence(sentence):
            raise file.fault(f"{name}.patient", "must be one sentence")
    if set(tables.levels.patient) != set(ReportLevel):
        raise file.fault("levels.patient", "must say every level")
    if any(word != word.casefold() for word in tables.note_words.words):
        raise file.fault("note_words", "words are in small letters")
