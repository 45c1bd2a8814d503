"""How reports of sessions are kept: what counts now, what was told when, how urgent it was, what it locks."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from api.clinical.fitt import RpeScale
from api.clinical.reports import ReportLevel, SessionStatus
from api.clinical.session_fields import Reporter, StopReason
from api.database.base import MOMENT, TEXTS, Base, ClinicRow, closed, closed_set
from api.sessions.lists import EvidenceLevel, Flag, LinkAct, Telling, TriageCause


class SessionReport(ClinicRow, Base):
    """A session as it is known now; its id is the one that the reporter gave it.

    What is filtered, counted or looked back at has a column; the whole is in the newest `SessionVersion`.
    """

    __tablename__ = "session_reports"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    """The client that told it first."""
    received_at: Mapped[datetime] = mapped_column(MOMENT)
    updated_at: Mapped[datetime] = mapped_column(MOMENT)
    withdrawn_at: Mapped[datetime | None] = mapped_column(MOMENT)
    """From then on it counts no longer."""
    source: Mapped[str] = mapped_column(Text)
    source_record_id: Mapped[str | None] = mapped_column(Text)
    performed_at: Mapped[datetime] = mapped_column(MOMENT)
    time_zone: Mapped[str] = mapped_column(Text)
    local_date: Mapped[date] = mapped_column(Date)
    """The patient's day, as reported."""
    status: Mapped[SessionStatus] = mapped_column(closed(SessionStatus, name="session_reports_status_known"))
    skip_reason: Mapped[StopReason | None] = mapped_column(
        closed(StopReason, name="session_reports_skip_reason_known")
    )
    reporter: Mapped[Reporter] = mapped_column(closed(Reporter, name="session_reports_reporter_known"))
    evidence: Mapped[EvidenceLevel] = mapped_column(
        closed(EvidenceLevel, name="session_reports_evidence_known")
    )
    prescription_id: Mapped[UUID | None] = mapped_column(Uuid)
    prescription_revision: Mapped[int | None] = mapped_column(Integer)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What was done, as told."""
    minutes: Mapped[int | None] = mapped_column(Integer)
    """Of the whole session, or of its items together; null where neither was told."""
    steps: Mapped[int | None] = mapped_column(Integer)
    rpe: Mapped[int | None] = mapped_column(Integer)
    rpe_scale: Mapped[RpeScale | None] = mapped_column(closed(RpeScale, name="session_reports_scale_known"))
    hr_pre: Mapped[int | None] = mapped_column(Integer)
    pain_pre: Mapped[int | None] = mapped_column(Integer)
    pain_after_min: Mapped[int | None] = mapped_column(Integer)
    fatigue_next_day: Mapped[int | None] = mapped_column(Integer)
    flags: Mapped[list[str]] = mapped_column(TEXTS)
    level: Mapped[ReportLevel] = mapped_column(closed(ReportLevel, name="session_reports_level_known"))
    """The highest of all its triages."""
    own_level: Mapped[ReportLevel] = mapped_column(
        closed(ReportLevel, name="session_reports_own_level_known")
    )
    """That of its last triage without trends."""
    rules: Mapped[list[str]] = mapped_column(TEXTS)
    """What fired in its last triage."""
    not_asked: Mapped[bool] = mapped_column(Boolean)
    """Whether a question was left empty that would have mattered."""
    asked: Mapped[bool] = mapped_column(Boolean)
    """Whether any question was asked at all."""
    link_group: Mapped[UUID | None] = mapped_column(Uuid)
    """Shared by reports that are of one session."""
    linked_by_hand: Mapped[bool] = mapped_column(Boolean)
    """Whether a person said of which session it is; then no correction of it changes that."""
    counts: Mapped[bool] = mapped_column(Boolean)
    """Whether it is the report of its session that is counted."""
    sha256: Mapped[str] = mapped_column(Text)
    """Of its content."""
    number: Mapped[int] = mapped_column(Integer)
    """Of its newest `SessionVersion`."""
    version: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="session_reports_patient_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "prescription_id"],
            ["prescriptions.clinic_id", "prescriptions.id"],
            name="session_reports_prescription_fk",
        ),
        CheckConstraint(
            "(prescription_id IS NULL) = (prescription_revision IS NULL)", name="session_reports_plan_whole"
        ),
        closed_set(Flag, "flags", name="session_reports_flags_known"),
        Index(
            "session_reports_record_once",
            "clinic_id",
            "patient_id",
            "source",
            "source_record_id",
            unique=True,
            postgresql_where=text("source_record_id IS NOT NULL"),
        ),
        Index("session_reports_performed_ix", "clinic_id", "patient_id", "performed_at", "id"),
        Index("session_reports_day_ix", "clinic_id", "patient_id", "local_date"),
        Index(
            "session_reports_flagged_ix",
            "clinic_id",
            "received_at",
            postgresql_where=text("level IN ('review', 'urgent', 'emergency')"),
        ),
    )


class SessionVersion(ClinicRow, Base):
    """What was told of a session at a time; append-only."""

    __tablename__ = "session_versions"

    session_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    """From 1."""
    telling: Mapped[Telling] = mapped_column(closed(Telling, name="session_versions_telling_known"))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    """As sent, in the native form."""
    format: Mapped[str] = mapped_column(Text)
    """The form in which it came."""
    original: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """What came, where that was in another form."""
    sha256: Mapped[str] = mapped_column(Text)
    """Of the content; two documents that say the same have the same."""
    recorded_at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was corrected or withdrawn; null for the first."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="session_versions_session_fk",
        ),
        CheckConstraint(
            "(telling = 'reported') = (reason IS NULL) AND (telling = 'reported') = (number = 1)",
            name="session_versions_reason_given",
        ),
        UniqueConstraint("clinic_id", "session_id", "number", name="session_versions_once"),
    )


class SessionTriage(ClinicRow, Base):
    """How urgent a report was found at a time, and all that followed; append-only."""

    __tablename__ = "session_triages"

    session_id: Mapped[UUID] = mapped_column(Uuid)
    number: Mapped[int] = mapped_column(Integer)
    """Of the `SessionVersion` that was triaged."""
    at: Mapped[datetime] = mapped_column(MOMENT)
    cause: Mapped[TriageCause] = mapped_column(closed(TriageCause, name="session_triages_cause_known"))
    level: Mapped[ReportLevel] = mapped_column(closed(ReportLevel, name="session_triages_level_known"))
    rules: Mapped[list[str]] = mapped_column(TEXTS)
    release_sha256: Mapped[str] = mapped_column(Text)
    context: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What was known of patient and plan."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Findings, trends, questions left empty, messages and tasks, as answered."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="session_triages_session_fk",
        ),
        Index("session_triages_session_ix", "clinic_id", "session_id", "id"),
        Index(
            "session_triages_flagged_ix",
            "clinic_id",
            "session_id",
            postgresql_where=text("level IN ('review', 'urgent', 'emergency')"),
        ),
    )


class SessionLock(ClinicRow, Base):
    """Exercises that stopped because of a report, until a clinician unlocks them; nothing else is changed."""

    __tablename__ = "session_locks"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    session_id: Mapped[UUID] = mapped_column(Uuid)
    rule_id: Mapped[str] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(TEXTS)
    """Exercises with one of these stop; `*` is all."""
    exercises: Mapped[list[str]] = mapped_column(TEXTS)
    """These stop too, by id."""
    why: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(MOMENT)
    opens_from: Mapped[datetime] = mapped_column(MOMENT)
    """The earliest moment at which a clinician may unlock."""
    ketones_below: Mapped[float | None] = mapped_column(Float)
    """It is not unlocked before ketones are lower, mmol/L."""
    unlocked_at: Mapped[datetime | None] = mapped_column(MOMENT)
    unlocked_by: Mapped[UUID | None] = mapped_column(Uuid)
    """The practitioner."""
    unlock_reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "patient_id"],
            ["patients.clinic_id", "patients.id"],
            name="session_locks_patient_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="session_locks_session_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "unlocked_by"],
            ["staff.clinic_id", "staff.id"],
            name="session_locks_practitioner_fk",
        ),
        CheckConstraint(
            "num_nonnulls(unlocked_at, unlocked_by, unlock_reason) IN (0, 3)",
            name="session_locks_unlock_whole",
        ),
        Index("session_locks_patient_ix", "clinic_id", "patient_id", "id"),
        Index("session_locks_session_ix", "clinic_id", "session_id"),
        Index(
            "session_locks_live_ix",
            "clinic_id",
            "patient_id",
            postgresql_where=text("unlocked_at IS NULL"),
        ),
    )


class SessionLink(ClinicRow, Base):
    """That two reports were taken for one session, or no longer; append-only."""

    __tablename__ = "session_links"

    patient_id: Mapped[UUID] = mapped_column(Uuid)
    session_id: Mapped[UUID] = mapped_column(Uuid)
    other_id: Mapped[UUID] = mapped_column(Uuid)
    act: Mapped[LinkAct] = mapped_column(closed(LinkAct, name="session_links_act_known"))
    at: Mapped[datetime] = mapped_column(MOMENT)
    client_id: Mapped[UUID] = mapped_column(Uuid)
    reason: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        ForeignKeyConstraint(
            ["clinic_id", "session_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="session_links_session_fk",
        ),
        ForeignKeyConstraint(
            ["clinic_id", "other_id"],
            ["session_reports.clinic_id", "session_reports.id"],
            name="session_links_other_fk",
        ),
        Index("session_links_session_ix", "clinic_id", "session_id", "id"),
        Index("session_links_other_ix", "clinic_id", "other_id", "id"),
    )
