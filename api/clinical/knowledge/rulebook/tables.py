"""The tables of the rule book: doses and whatever else a release holds beside its rules."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from api.clinical.criteria import Always, Criterion
from api.clinical.knowledge.comparison import described, in_words
from api.clinical.knowledge.rulebook.markdown import code, condition, item, link, paragraph, text
from api.clinical.knowledge.rulebook.rules import SIGNATURE, title
from api.clinical.knowledge.tables import tables
from api.clinical.notation import written
from api.clinical.release import Release
from api.clinical.statements import Span, Statement

_SAID_APART = frozenset(field.name for field in fields(Statement))


def all_tables(release: Release) -> Iterator[str]:
    """Every entry of every table, with a line for a signature."""
    yield from ("## Tables", "")
    yield from paragraph(
        "Numbers that answers are made from. The sentence of an entry is shown as their reason."
    )
    for name, entries in tables(release).items():
        yield from (f"### Tables: {title(name)}", "")
        for entry in entries:
            yield from _entry(entry)


def _entry(entry: Statement) -> Iterator[str]:
    yield from (f"#### {code(entry.id)}", "")
    yield from paragraph(f"**{text(entry.says)}**")
    for field in fields(entry):
        if field.name not in _SAID_APART:
            yield from _value(field.name.replace("_", " ").capitalize(), getattr(entry, field.name))
    yield from item("Sources:")
    for citation in entry.citations:
        note = f": {text(citation.note)}" if citation.note else ""
        yield from item(f"{link(citation.id)}{note}", depth=1)
    yield from item(f"Verification: **{text(entry.verification)}**, {entry.review_status.replace('-', ' ')}")
    yield from (f"- {SIGNATURE}", "")


def _value(name: str, value: Any) -> Iterator[str]:
    match value:
        case None | False | Always():
            return
        case True:
            yield from item(name)
        case Span(low, high):
            yield from item(f"{name}: {low}" if low == high else f"{name}: {low} to {high}")
        case _ if isinstance(value, Criterion):
            yield from item(f"{name}:")
            yield from condition(written(value))
        case _:
            yield from item(f"{name}: {text(in_words(described(value)))}")
