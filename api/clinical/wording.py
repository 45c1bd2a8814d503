"""What rules and answers say in plain words, for the person who exercises."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.clinical.vocabulary import ReviewStatus, WhyOpen


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Plain words for every rule of a release, and for why an exercise is open.

    Attributes:
        patient: one sentence by rule id.
        open: one sentence by reason.
    """

    review_status: ReviewStatus = ReviewStatus.AWAITING
    patient: Mapping[str, str] = field(default_factory=dict)
    open: Mapping[WhyOpen, str] = field(default_factory=dict)
