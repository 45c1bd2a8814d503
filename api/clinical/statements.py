"""Entries of the dose tables: each says why it is so."""

from dataclasses import dataclass
from typing import NamedTuple

from api.clinical.rules import Citation
from api.clinical.vocabulary import ReviewStatus


class Why(NamedTuple):
    """Why a number is what it is.

    Attributes:
        kind: `table` for an entry of the dose tables, `rule` for a rule that fired.
        sentence: what it says, for a clinician.
        verification: how far it was read in its source, in words.
    """

    kind: str
    id: str
    sentence: str
    citations: tuple[Citation, ...]
    verification: str
    review_status: ReviewStatus


class Span(NamedTuple):
    """From where to where; the first dose takes the gentler end."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """An entry of a table.

    Attributes:
        says: one or two sentences, shown as the reason of a number.
        verification: how far it was read in its source, in words.
    """

    id: str
    says: str
    citations: tuple[Citation, ...]
    verification: str
    review_status: ReviewStatus

    @property
    def why(self) -> Why:
        """This entry as the reason of a number."""
        return Why("table", self.id, self.says, self.citations, self.verification, self.review_status)
