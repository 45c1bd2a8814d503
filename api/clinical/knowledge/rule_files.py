"""Rules and sources from their files."""

from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from json import dumps
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from api.clinical.criteria import Domain
from api.clinical.knowledge.fact_files import condition
from api.clinical.knowledge.reading import Entry, document, entries, nested, unique
from api.clinical.rules import Citation, Relaxation, Rule, Source
from api.clinical.vocabulary import (
    EVERY_EXERCISE,
    Decision,
    Effect,
    Level,
    ReviewStatus,
    RuleScope,
    UnknownPolicy,
)


def read_sources(folder: Path) -> dict[str, Source]:
    """Every source once."""
    sources = []
    for entry in entries(folder, "citations.yaml"):
        sources.append(
            Source(
                id=entry.text("id"),
                kind=entry.text("kind"),
                source=entry.text("source"),
                read=entry.text("read"),
            )
        )
        entry.end()
    return unique(sources, lambda source: str(source.id), "citations.yaml")


class Known(NamedTuple):
    """What a rule may name: facts and their values, sources, tags that some exercise carries."""

    domains: Mapping[str, Domain]
    sources: Mapping[str, Source]
    tags: frozenset[str]


def read_rules(
    folder: Path, groups: tuple[str, ...], known: Known
) -> tuple[tuple[Rule, ...], dict[str, Mapping[str, Any]]]:
    """All rules in the order of the files, and their examples by rule."""
    rules: list[Rule] = []
    examples: dict[str, Mapping[str, Any]] = {}
    for group in groups:
        file = f"rules/{group}.yaml"
        contents = {
            item["id"]: item for item in document(folder, file) if isinstance(item, dict) and "id" in item
        }
        for entry in entries(folder, file):
            examples[entry.name] = entry.take("examples", dict, {})
            rules.append(_rule(entry, group, _fingerprint(contents[entry.name]), known))
    unique(rules, lambda rule: str(rule.id), lambda rule: f"rules/{rule.group}.yaml")
    return tuple(rules), examples


def _fingerprint(content: Mapping[str, Any]) -> str:
    """The hash of what a rule says; its examples may grow without a new version."""
    said = {key: value for key, value in content.items() if key != "examples"}
    return sha256(dumps(said, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()


def _rule(entry: Entry, group: str, fingerprint: str, known: Known) -> Rule:
    written = entry.text("when")
    decision = entry.text("decision", None)
    rule = Rule(
        id=entry.text("id"),
        version=entry.take("version", int),
        title=entry.text("title"),
        group=group,
        level=entry.closed("level", Level),
        scope=entry.closed("scope", RuleScope),
        when=condition(entry, "when", written, known.domains),
        written=written,
        unknown=entry.closed("unknown", UnknownPolicy),
        effects=_effects(entry, known.tags),
        decision=entry.word("decision", Decision, decision) if decision else None,
        relaxations=tuple(_relaxation(entry, content, known) for content in entry.listed("relax", [])),
        do=entry.text("do"),
        clinician=entry.text("clinician"),
        citations=tuple(citation(entry, content, known.sources) for content in entry.listed("citations")),
        verification=entry.text("verification"),
        review_status=entry.closed("review_status", ReviewStatus),
        effective_from=entry.take("effective_from", date),
        sha256=fingerprint,
    )
    if not rule.citations:
        raise entry.fault("citations", "a statement needs a source or says that it is a design decision")
    if not rule.effects and rule.level is not Level.INFORMATION:
        raise entry.fault("effects", "touches no exercise")
    if rule.decision is not None and EVERY_EXERCISE not in rule.effects.get(Effect.FORBID, ()):
        raise entry.fault("decision", "needs a forbid on every exercise")
    entry.end()
    return rule


def _effects(entry: Entry, tags: frozenset[str]) -> Mapping[Effect, frozenset[str]]:
    effects = {}
    for word, named in entry.take("effects", dict).items():
        effect = entry.word("effects", Effect, word)
        effects[effect] = _tags(entry, f"effects.{word}", named, tags)
    return MappingProxyType(effects)


def _tags(entry: Entry, place: str, named: object, tags: frozenset[str]) -> frozenset[str]:
    if not isinstance(named, list) or not named:
        raise entry.fault(place, "must list tags")
    for tag in named:
        if tag != EVERY_EXERCISE and tag not in tags:
            raise entry.fault(place, f"no exercise carries the tag {tag!r}")
    return frozenset(named)


def _relaxation(entry: Entry, content: object, known: Known) -> Relaxation:
    item = nested(entry, "relax", content)
    written = item.text("when")
    relaxation = Relaxation(
        when=condition(item, "when", written, known.domains),
        written=written,
        tags=_tags(item, "tags", item.take("tags", list), known.tags),
        milder_from=item.closed("from", Effect),
        milder_to=item.closed("to", Effect),
    )
    item.end()
    return relaxation


def citation(entry: Entry, content: object, sources: Mapping[str, Source]) -> Citation:
    """A citation of an entry, of a source that exists."""
    item = nested(entry, "citations", content)
    citation = Citation(id=item.text("id"), note=item.text("note", None))
    item.end()
    if citation.id not in sources:
        raise entry.fault("citations", f"there is no source {citation.id!r}")
    return citation
