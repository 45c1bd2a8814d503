"""Numbers as plain data, each with the way to the sessions behind it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from api.adherence.lists import Line
from api.clinical.adherence import Numbers, Share, tenths
from api.clinical.counted import EvidenceLevel
from api.clinical.knowledge import library
from api.clinical.opened import Behind

WORDS = (
    *("due", "done", "partly", "declared_missed", "excused"),
    *("withheld", "unreported", "paused"),
)
SHARES = ("lower", "upper", "projected", "completion", "dose_ratio", "intensity", "coverage")
_BESIDE = ("extra", "during_pause", "unplanned", "untold")

Way = Callable[..., str]
"""The address of the sessions behind a number: `way(number=…)`."""


def way(patient_id: UUID, first: date, last: date, line: Line) -> Way:
    """The addresses of the sessions of a line in a window."""

    def address(**asked: Any) -> str:
        query = {"from": first, "to": last, "line": line.value, **asked}
        return f"/v1/patients/{patient_id}/adherence/sessions?{urlencode(query)}"

    return address


def numbers(found: Numbers) -> dict[str, Any]:
    """The numbers; `sums` are whole sessions, the rest are parts of what was due."""
    return {
        "expected": tenths(found.expected),
        "attended": tenths(found.attended),
        "words": {name: tenths(getattr(found.words, name)) for name in WORDS},
        **{name: share(getattr(found, name)) for name in SHARES},
        "minutes": tenths(found.minutes),
        "minutes_expected": tenths(found.minutes_expected),
        **{name: getattr(found.sums, name) for name in _BESIDE},
        "findings": found.findings,
        "over_doing": {
            "over_dose": found.sums.over_dose,
            "above_band": found.sums.above_band,
            "extra": found.sums.extra,
            "rated": found.sums.rated,
        },
    }


def opening(found: Numbers, address: Way) -> dict[str, Any]:
    """The same with the way to what stands behind each number."""
    findings = library.load().counting.findings.reasons
    return {
        **numbers(found),
        "by_evidence": [
            {
                "evidence": level,
                "sessions": found.by_evidence[level],
                "href": address(number=Behind.ATTENDED.value, evidence=level.value),
            }
            for level in EvidenceLevel
        ],
        "reasons": [
            {
                "reason": reason,
                "sessions": times,
                "finding": reason in findings,
                "href": address(skip_reason=reason),
            }
            for reason, times in found.reasons.items()
        ],
        "sessions": {
            "all": address(),
            **{number.replace("-", "_"): address(number=number.value) for number in Behind},
        },
    }


def share(found: Share) -> dict[str, Any]:
    """A share in percent, or why there is none."""
    return {"percent": found.percent, "reason": found.reason}
