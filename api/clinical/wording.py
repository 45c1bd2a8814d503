"""What rules say in plain words, for the person who exercises."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.clinical.vocabulary import ReviewStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Plain words for every rule of a release.

    Attributes:
        patient: one sentence by rule id.
    """

    review_status: ReviewStatus = ReviewStatus.AWAITING
    patient: Mapping[str, str] = field(default_factory=dict)
