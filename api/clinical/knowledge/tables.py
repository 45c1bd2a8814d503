"""The tables of a release: every entry that says why it is so, beside the rules."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from api.clinical.release import Release
from api.clinical.statements import Statement


def tables(release: Release) -> Mapping[str, tuple[Statement, ...]]:
    """The entries of each table by its name in the release, in the order of the tables and their parts."""
    found = {field.name: tuple(_entries(getattr(release, field.name))) for field in fields(release)}
    return {name: entries for name, entries in found.items() if entries}


def _entries(held: object) -> Iterator[Statement]:
    if not is_dataclass(held) or isinstance(held, type):
        return
    for field in fields(held):
        part = getattr(held, field.name)
        for one in part if isinstance(part, tuple) else (part,):
            if isinstance(one, Statement):
                yield one
