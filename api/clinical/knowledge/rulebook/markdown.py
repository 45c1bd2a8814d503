"""Markdown that reads well as text too: short lines, lists, nothing of the content taken for markup."""

import re
from collections.abc import Iterable, Sequence
from textwrap import wrap

WIDTH = 110
_MEANT = re.compile(r"(`[^`]*`|\*\*[^*]+\*\*)")
_MARKUP = re.compile(r"([\\`*\[\]~]|<(?=[A-Za-z/!?]))")
_LOOKS_LIKE_A_LIST = re.compile(r"^(\d*)([+\-#.)](?= |$)|>)")


def text(content: str) -> str:
    """Plain words, of which only names in backticks and what is bold are markup."""
    parts = _MEANT.split(" ".join(content.split()))
    return "".join(part if place % 2 else _MARKUP.sub(r"\\\1", part) for place, part in enumerate(parts))


def code(name: str) -> str:
    """A name as it is written in the release."""
    return f"`{name}`"


def codes(names: Iterable[str]) -> str:
    """Names, in the order given."""
    return ", ".join(code(name) for name in names)


def link(name: str) -> str:
    """A name that leads to its heading."""
    return f"[{code(name)}](#{name.lower()})"


def links(names: Iterable[str]) -> str:
    """Names that lead to their headings, in the order given."""
    return ", ".join(link(name) for name in names)


def paragraph(content: str) -> list[str]:
    """A paragraph and the empty line behind it."""
    return [*_wrapped(content, "", ""), ""]


def item(content: str, *, depth: int = 0) -> list[str]:
    """An item of a list."""
    indent = "  " * depth
    return _wrapped(content, f"{indent}- ", f"{indent}  ")


def condition(written: str, *, depth: int = 1) -> list[str]:
    """Something in the rule language, below an item."""
    indent = "  " * depth
    lines = wrap(
        written, WIDTH - len(indent), break_long_words=False, break_on_hyphens=False, subsequent_indent="  "
    )
    return [f"{indent}```", *(indent + line for line in lines), f"{indent}```"]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table and the empty line behind it."""
    written = [[str(cell) for cell in row] for row in rows]
    return [
        f"| {' | '.join(head)} |",
        f"|{'---|' * len(head)}",
        *(f"| {' | '.join(row)} |" for row in written),
        "",
    ]


def _wrapped(content: str, first: str, later: str) -> list[str]:
    lines = wrap(
        content,
        WIDTH,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [*lines[:1], *(later + _unlisted(line.removeprefix(later)) for line in lines[1:])]


def _unlisted(line: str) -> str:
    """A line that goes on with a sentence must not begin a list, a heading or a quotation."""
    return _LOOKS_LIKE_A_LIST.sub(r"\1\\\2", line)
