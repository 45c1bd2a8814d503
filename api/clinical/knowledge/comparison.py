"""Two releases side by side: what was added, removed and superseded, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Any, NamedTuple

from api.clinical.criteria import Criterion
from api.clinical.knowledge.tables import tables
from api.clinical.notation import written
from api.clinical.release import Release

_NOT_SAID = frozenset({"sha256", "written"})
"""What only repeats other fields: the hash, and the text of a condition as it was laid out."""


class Change(NamedTuple):
    """A field that says something else; None where it is not in one of the two."""

    field: str
    before: Any
    after: Any


class Altered(NamedTuple):
    """An entry that is in both releases and says something else."""

    id: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """How the entries of one kind differ, in the order of the files.

    Attributes:
        kind: `rules`, `facts`, `screens`, `derived`, `questions`, `exercises`, `citations`, `tables` or
            `wording`.
        added, removed: ids; a rule of another id is another rule.
        altered: of rules: superseded.
    """

    kind: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    altered: tuple[Altered, ...]

    @property
    def same(self) -> bool:
        """Whether nothing of this kind differs."""
        return not (self.added or self.removed or self.altered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a release differs from another."""

    older: Release
    newer: Release
    sections: tuple[Section, ...]

    @property
    def same(self) -> bool:
        """Whether they say the same."""
        return all(section.same for section in self.sections)


def compare(older: Release, newer: Release) -> Comparison:
    """What a release says otherwise than another."""
    before, after = _entries(older), _entries(newer)
    return Comparison(
        older=older,
        newer=newer,
        sections=tuple(_section(kind, before[kind], after[kind]) for kind in after),
    )


def as_data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as JSON data."""
    return {
        "from": _stamp(comparison.older),
        "to": _stamp(comparison.newer),
        "same": comparison.same,
        **{
            section.kind: {
                "added": list(section.added),
                "removed": list(section.removed),
                _word(section.kind): [
                    {"id": one.id, "changes": [change._asdict() for change in one.changes]}
                    for one in section.altered
                ],
            }
            for section in comparison.sections
        },
    }


def as_text(comparison: Comparison) -> str:
    """The comparison for people, a line a change."""
    older, newer = comparison.older, comparison.newer
    lines = [f"From {older.id} ({older.sha256[:12]}) to {newer.id} ({newer.sha256[:12]})"]
    for section in comparison.sections:
        counts = f"{len(section.added)} added, {len(section.removed)} removed, {len(section.altered)} "
        lines += ["", section.kind.capitalize() + ": " + counts + _word(section.kind)]
        lines += [f"  + {name}" for name in section.added]
        lines += [f"  - {name}" for name in section.removed]
        for one in section.altered:
            lines.append(f"  ~ {one.id}")
            for change in one.changes:
                lines += [
                    f"      {change.field}",
                    f"        was  {in_words(change.before)}",
                    f"        is   {in_words(change.after)}",
                ]
    return "\n".join(lines) + "\n"


def described(value: Any) -> Any:
    """A part of a release as JSON data: conditions in the rule language, sets sorted, spans in seconds."""
    match value:
        case _ if isinstance(value, Criterion):
            return written(value)
        case Enum():
            return value.value
        case timedelta():
            return int(value.total_seconds())
        case date():
            return value.isoformat()
        case Mapping():
            return {str(described(key)): described(held) for key, held in value.items()}
        case frozenset():
            return sorted(value)
        case tuple() | list():
            return [described(held) for held in value]
        case _ if is_dataclass(value):
            named = [field.name for field in fields(value) if field.name not in _NOT_SAID]
            return {name: described(getattr(value, name)) for name in named}
        case str():
            return " ".join(value.split())
    return value


def in_words(value: Any) -> str:
    """What `described` gives, in one line for people."""
    match value:
        case None:
            return "nothing"
        case str():
            return value
        case list():
            return "; ".join(in_words(held) for held in value) or "nothing"
        case dict():
            return ", ".join(f"{name}: {in_words(held)}" for name, held in value.items()) or "nothing"
    return str(value)


def _entries(release: Release) -> dict[str, Mapping[str, Any]]:
    return {
        "rules": release.rules_by_id,
        "facts": {fact.name: fact for fact in release.plain_facts},
        "screens": {fact.name: fact for fact in release.screens},
        "derived": release.derived,
        "questions": {question.id: question for question in release.questions},
        "exercises": {exercise.id: exercise for exercise in release.exercises},
        "citations": release.citations,
        "tables": {f"{name}/{one.id}": one for name, entries in tables(release).items() for one in entries},
        "wording": _wording(release),
    }


def _wording(release: Release) -> dict[str, Mapping[str, str]]:
    reasons = {f"open/{reason}": sentence for reason, sentence in release.wording.open.items()}
    return {name: {"patient": sentence} for name, sentence in {**release.wording.patient, **reasons}.items()}


def _section(kind: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Section:
    return Section(
        kind=kind,
        added=tuple(name for name in after if name not in before),
        removed=tuple(name for name in before if name not in after),
        altered=tuple(
            Altered(name, changes)
            for name, entry in after.items()
            if name in before and (changes := _changes(described(before[name]), described(entry)))
        ),
    )


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    return tuple(
        Change(name, before.get(name), after.get(name))
        for name in dict.fromkeys((*before, *after))
        if before.get(name) != after.get(name)
    )


def _stamp(release: Release) -> dict[str, str]:
    return {"release": release.id, "sha256": release.sha256}


def _word(kind: str) -> str:
    return "superseded" if kind == "rules" else "changed"
