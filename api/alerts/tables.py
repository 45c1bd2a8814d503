"""How alerts are kept: one for all that a patient's clinician has to look at, its causes, what was done."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.alerts.levels import NEVER, AlertLevel
from api.alerts.moves import AlertMove, AlertOutcome, AlertState
from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed, closed_set


class CauseKind(StrEnum):
    """What raised an alert."""

    PRESCRIPTION_RECHECK = "prescription-recheck"
    PROGRESSION = "progression"
    SESSION_REPORT = "session-report"
    TREND = "trend"
    PRE_SESSION_CHECK = "pre-session-check"
    OUTCOME = "outcome"
    QUARANTINED_REPORT = "quarantined-report"


_ORDERS = {
    "level": ("precedence", "due_at", "raised_at", "id"),
    "deadline": ("due_at", "precedence", "raised_at", "id"),
    "age": ("raised_at", "id"),
}


def _worklists() -> list[Index]:
    """An index for each order of the worklist; what is resolved lies in indexes of its own."""
    return [
        Index(
            f"alerts_{prefix}{name}_ix",
            "clinic_id",
            *columns,
            postgresql_where=text(f"state {compared} 'resolved'"),
        )
        for prefix, compared in (("", "<>"), ("resolved_", "="))
        for name, columns in _ORDERS.items()
    ]


class Alert(ClinicRow, Base):
    """What a clinician has to look at for a patient; of those that are not resolved a patient has one.

    Level and deadline are those of the worst and of the most pressing cause that ever came; none takes them
    back.
    """

    __tablename__ = "alerts"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    level: Mapped[AlertLevel] = mapped_column(closed(AlertLevel, name="alerts_level_known"))
    precedence: Mapped[int] = mapped_column(Integer)
    """The level as a number to sort by, from 1, an emergency."""
    state: Mapped[AlertState] = mapped_column(closed(AlertState, name="alerts_state_known"))
    """As it was left; one that sleeps is open again once `snoozed_until` has passed."""
    deadline_at: Mapped[datetime | None] = mapped_column(MOMENT)
    due_at: Mapped[datetime] = mapped_column(MOMENT)
    """The deadline to sort by: the end of time where there is none."""
    snoozed_until: Mapped[datetime | None] = mapped_column(MOMENT)
    title: Mapped[str] = mapped_column(Text)
    """That of the worst cause; of several, the newest."""
    kinds: Mapped[list[str]] = mapped_column(TEXTS)
    cause_count: Mapped[int] = mapped_column(Integer)
    raised_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"], ["patients.clinic_id", "patients.id"], name="alerts_patient_fk"
        ),
        CheckConstraint(
            "precedence = CASE level WHEN 'emergency' THEN 1 WHEN 'urgent' THEN 2 WHEN 'review' THEN 3 "
            "ELSE 4 END",
            name="alerts_precedence_of_level",
        ),
        CheckConstraint("(level = 'watch') = (deadline_at IS NULL)", name="alerts_deadline_of_level"),
        CheckConstraint(f"due_at = coalesce(deadline_at, '{NEVER:%Y-%m-%d}T00:00:00Z')", name="alerts_due"),
        CheckConstraint("(state = 'snoozed') = (snoozed_until IS NOT NULL)", name="alerts_sleep"),
        closed_set(CauseKind, "kinds", name="alerts_kinds_known"),
        Index(
            "alerts_one_unresolved",
            "clinic_id",
            "patient_id",
            unique=True,
            postgresql_where=text("state <> 'resolved'"),
        ),
        Index("alerts_patient_ix", "clinic_id", "patient_id", "id"),
        *_worklists(),
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 SQLAlchemy reads it once


class AlertCause(ClinicRow, Base):
    """Why an alert was raised; of a row only what happened to it later is added."""

    __tablename__ = "alert_causes"

    alert_id: Mapped[UUID] = mapped_column(Uuid)
    patient_id: Mapped[UUID] = mapped_column(Uuid)
    kind: Mapped[CauseKind] = mapped_column(closed(CauseKind, name="alert_causes_kind_known"))
    level: Mapped[AlertLevel] = mapped_column(closed(AlertLevel, name="alert_causes_level_known"))
    subject: Mapped[str] = mapped_column(Text)
    """The kind of thing that it is about, as `prescription`."""
    subject_id: Mapped[UUID] = mapped_column(Uuid)
    title: Mapped[str] = mapped_column(Text)
    rules: Mapped[list[str]] = mapped_column(TEXTS)
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)
    reported_at: Mapped[datetime] = mapped_column(MOMENT)
    """When it was told, by whoever told it."""
    raised_at: Mapped[datetime] = mapped_column(MOMENT)
    """When the service raised it."""
    ended_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """Since when it no longer stands. It still counts for the alert."""
    ended_because: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When a system of the clinic first had it: it fetched the alert, or an event was delivered."""
    seen_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When a person first did something about the alert after the cause came."""
    acted_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """When the alert was resolved."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "alert_id"], ["alerts.clinic_id", "alerts.id"], name="alert_causes_alert_fk"
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="alert_causes_end"),
        Index("alert_causes_alert_ix", "clinic_id", "alert_id", "id"),
        Index("alert_causes_subject_ix", "clinic_id", "kind", "subject_id"),
        Index(
            "alert_causes_undelivered_ix",
            "clinic_id",
            "alert_id",
            postgresql_where=text("delivered_at IS NULL"),
        ),
        Index(
            "alert_causes_ledger_ix",
            "clinic_id",
            "reported_at",
            "id",
            postgresql_where=text("level <> 'watch'"),
        ),
    )


class AlertMoveRow(ClinicRow, Base):
    """What was done with an alert, by whom and why; append-only."""

    __tablename__ = "alert_moves"

    alert_id: Mapped[UUID] = mapped_column(Uuid)
    move: Mapped[AlertMove] = mapped_column(closed(AlertMove, name="alert_moves_move_known"))
    state: Mapped[AlertState] = mapped_column(closed(AlertState, name="alert_moves_state_known"))
    """The state after it."""
    level: Mapped[AlertLevel] = mapped_column(closed(AlertLevel, name="alert_moves_level_known"))
    """The level after it."""
    at: Mapped[datetime] = mapped_column(MOMENT)
    practitioner_id: Mapped[UUID | None] = mapped_column(Uuid)
    """Null where the service did it, because a cause came."""
    client_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(Text)
    """What the practitioner wrote: a note, why it may wait, how it ended."""
    outcome: Mapped[AlertOutcome | None] = mapped_column(
        closed(AlertOutcome, name="alert_moves_outcome_known")
    )
    until: Mapped[datetime | None] = mapped_column(MOMENT)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "alert_id"], ["alerts.clinic_id", "alerts.id"], name="alert_moves_alert_fk"
        ),
        ForeignKeyConstraint(
            ["clinic_id", "practitioner_id"],
            ["staff.clinic_id", "staff.id"],
            name="alert_moves_practitioner_fk",
        ),
        CheckConstraint(
            "(move = 'resolve') = (outcome IS NOT NULL) AND (move = 'snooze') = (until IS NOT NULL)",
            name="alert_moves_whole",
        ),
        Index("alert_moves_ix", "clinic_id", "alert_id", "id"),
    )
