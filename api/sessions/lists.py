"""Closed lists of what is kept of reports."""

from enum import StrEnum


class EvidenceLevel(StrEnum):
    """How good the evidence of a report is, the best first."""

    IN_CLINIC = "in-clinic"
    DEVICE = "device"
    CAREGIVER = "caregiver"
    SELF_REPORT = "self-report"


class Flag(StrEnum):
    """What is to be known of a report beside its content."""

    LATE = "late"
    READ_NOTE = "read-note"
    LOCAL_DATE_DIFFERS = "local-date-differs"
    OFFSET_DIFFERS = "offset-differs"


class Result(StrEnum):
    """What became of a report that was sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    CORRECTED = "corrected"


class Telling(StrEnum):
    """What a version of a report came by."""

    REPORTED = "reported"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"


class TriageCause(StrEnum):
    """Why a report was triaged."""

    RECEIVED = "received"
    CORRECTED = "corrected"
    OTHER_REPORT = "other-report"


class LinkAct(StrEnum):
    """What happened between two reports that may be of one session."""

    OVERLAPPING = "overlapping"
    NEAR_MATCH = "near-match"
    MERGED = "merged"
    SEPARATED = "separated"
