"""Tables of a report."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, and the address of what stands behind it; empty where nothing does."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table; the first cell of a row names it.

    Attributes:
        caption: what it shows.
        widths: of the columns, as shares of each other; where a page cannot find them by itself.
        last_is_sum: whether the last row is the others together.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    widths: Sequence[float]
    last_is_sum: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands below it.

    Attributes:
        finding: what is to be noticed first; empty where there is nothing.
        lead: sentences above the table.
    """

    title: str
    finding: str = ""
    lead: Sequence[str] = ()
    table: Table | None = None
