"""The values of a handout: plain texts in one language; the page and the PDF show the same sheet."""

from dataclasses import dataclass

from api.prescriptions.wording import Language

Cell = tuple[str, ...]
"""Paragraphs of a table's cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a head; the first cell of a row names it."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands below it.

    Attributes:
        level: of the heading, 2 or 3; the title of the sheet is 1.
        key: the sentence that matters most.
        steps: whether the points follow each other.
        tone: how loud it is: `plain`, `warning`, `emergency`.
    """

    title: str
    level: int = 2
    key: str = ""
    lead: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    steps: bool = False
    table: Table | None = None
    tone: str = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How to see whether the sheet still counts."""

    title: str
    text: str
    address: str
    picture: str
    code_label: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The whole of a handout.

    Attributes:
        banner: what must be seen first, a title and a text; None where there is nothing.
        about: labels with their values.
        phone: the label of the line on which the clinic writes its number.
        footer, page: what stands below every page, and the word before its number.
    """

    language: Language
    title: str
    name: str
    clinic: str
    banner: tuple[str, str] | None
    about: tuple[tuple[str, str], ...]
    review: str
    sections: tuple[Section, ...]
    call: Section
    phone: str
    verification: Verification | None
    footer: str
    page: str
