"""The whole rule book, out of a release and nothing else."""

from collections.abc import Iterator

from api.clinical.knowledge.rulebook.exercises import exercises
from api.clinical.knowledge.rulebook.markdown import item, table
from api.clinical.knowledge.rulebook.opening import opening
from api.clinical.knowledge.rulebook.rules import rules, sources
from api.clinical.knowledge.rulebook.tables import all_tables
from api.clinical.knowledge.rulebook.vocabulary import derived_facts, facts, questions, screens
from api.clinical.release import Release

_CHAPTERS = (
    "Rules",
    "Tables",
    "Facts",
    "Screens",
    "Questions",
    "Derived facts",
    "Exercises",
    "Sources",
    "Signatures",
)
_LINES_TO_SIGN = 6


def written_out(release: Release) -> str:
    """The rule book of a release, in Markdown; the same release gives the same bytes."""
    lines = [
        *opening(release),
        *_contents(),
        *rules(release),
        *all_tables(release),
        *facts(release),
        *screens(release),
        *questions(release),
        *derived_facts(release),
        *exercises(release),
        *sources(release),
        *_signatures(release),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _contents() -> Iterator[str]:
    yield from ("## Chapters", "")
    for chapter in _CHAPTERS:
        yield from item(f"[{chapter}](#{chapter.lower().replace(' ', '-')})")
    yield ""


def _signatures(release: Release) -> Iterator[str]:
    yield from ("## Signatures", "")
    yield f"Of release `{release.id}`, SHA-256 `{release.sha256}`."
    yield ""
    blank = (" " * 24, " " * 24, " " * 24, " " * 12, " " * 16)
    head = ("name", "profession, registration", "what was read", "date", "signature")
    yield from table(head, [blank] * _LINES_TO_SIGN)
