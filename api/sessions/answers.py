"""What is answered of reports, as plain data: of a triage, and of locks."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from api.clinical.triaged import Fired, TrendFound, Triage
from api.sessions.filing import Triaged
from api.sessions.locks import Live


def of_triage(triage: Triage, facts: Sequence[Mapping[str, Any]], alert_id: UUID | None) -> dict[str, Any]:
    """A triage, as it is kept and answered.

    Args:
        triage: how urgent a report is.
        facts: what it put on file.
        alert_id: what it raised, if anything.
    """
    return {
        "level": triage.level,
        "findings": [_finding(one) for one in triage.fired],
        "trends": [_trend(one) for one in triage.trends],
        "not_asked": triage.not_asked,
        "messages": [one._asdict() for one in triage.messages],
        "tasks": [one._asdict() for one in triage.tasks],
        "next_session": triage.next_session,
        "hold_days": triage.hold_days,
        "holds_progression": triage.holds_progression,
        "facts": facts,
        "alert_id": alert_id,
    }


def _finding(one: Fired) -> dict[str, Any]:
    return {
        "rule_id": one.rule.id,
        "level": one.level,
        "says": one.rule.says,
        "why": [each._asdict() for each in one.why],
        "raised": one.raised,
        "citations": [each.id for each in one.rule.citations],
        "verification": one.rule.verification,
        "review_status": one.rule.review_status,
    }


def _trend(one: TrendFound) -> dict[str, Any]:
    return {
        "trend_id": one.trend.id,
        "level": one.level,
        "says": one.trend.says,
        "session_ids": one.report_ids,
        "verification": one.trend.verification,
        "review_status": one.trend.review_status,
    }


def of_locks(found: Iterable[Live]) -> list[dict[str, Any]]:
    """Locks, as they are answered."""
    return [one._asdict() for one in found]


def of_raised(raised: Iterable[Triaged]) -> list[dict[str, Any]]:
    """Reports that were found more urgent, as they are answered."""
    return [
        {
            "session_id": one.kept.id,
            "was": one.was,
            "level": one.kept.level,
            "rules": sorted(one.new_rules),
        }
        for one in raised
    ]
