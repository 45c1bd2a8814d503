"""The unit of work: one request, one clinic, one transaction, opened only when it is used."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from api.caller import CONSOLE, Caller
from api.database.base import uuid7
from api.database.json_columns import CODEC
from api.database.outbox import EventName
from api.database.pending import write
from api.database.tenancy import ClinicSession
from api.errors import Conflict, Refusal, Unavailable
from api.settings import Settings

TAKEN = ("23505", "23503", "23P01")
"""Unique violation, foreign key violation, exclusion violation."""
TRY_AGAIN = ("40001", "40P01", "55P03", "57014")
"""Serialization failure, deadlock, lock not available, statement timeout: nothing was kept."""
AWAY = ("08", "53", "57P")
"""Connection lost, out of resources, the server is shutting down or starting: classes and prefixes."""


class Aspect(StrEnum):
    """What of a patient changed, for those who derive something from it.

    `prescription` is what is in force, also what is on hold and what is locked; `sessions` what was told.
    """

    FACTS = "facts"
    PRESCRIPTION = "prescription"
    SESSIONS = "sessions"


Affected = Mapping[UUID, Mapping[Aspect, date | None]]
"""What changed, by patient, with the first local day that it may have changed; None is however long ago."""
Follower = Callable[["Work", Affected], None]
"""Brings up to date what is derived of these patients, after these aspects of them changed."""


class Work:
    """What one request is working on: its caller, its moment, and the database of its clinic."""

    __slots__ = (
        "_acts",
        "_affected",
        "_db",
        "_engine",
        "_events",
        "_followers",
        "caller",
        "moment",
        "request_id",
    )

    def __init__(
        self,
        engine: Engine | Connection,
        caller: Caller,
        *,
        moment: datetime,
        request_id: str,
        followers: tuple[Follower, ...],
    ) -> None:
        self._engine = engine
        self._db: ClinicSession | None = None
        self._acts: list[dict[str, Any]] = []
        self._events: list[dict[str, Any]] = []
        self._affected: dict[UUID, dict[Aspect, date | None]] = {}
        self._followers = followers
        self.caller = caller
        self.moment = moment
        self.request_id = request_id

    @property
    def clinic_id(self) -> UUID:
        """The clinic that everything in this work belongs to."""
        return self.caller.clinic_id

    @property
    def db(self) -> Session:
        """The session; the transaction begins here, at its first use, and in no other place."""
        if self._db is None:
            self._db = self._begin()
        return self._db

    @property
    def yesterday(self) -> date:
        """The day before; no zone is so far behind that its today is earlier."""
        return (self.moment - timedelta(days=1)).astimezone(UTC).date()

    @property
    def begun(self) -> bool:
        """Whether the database was used."""
        return self._db is not None

    def record(
        self, action: str, subject: str, subject_id: UUID, *, practitioner_id: UUID | None = None
    ) -> None:
        """Add an act to the audit trail; it is written with the transaction, or not at all.

        Args:
            action: what was done, as `prescription.signed`.
            subject: the kind of thing, as `prescription`.
            subject_id: which one.
            practitioner_id: who answers for it, where the act needs a person.
        """
        self._acts.append(
            {
                "clinic_id": self.clinic_id,
                "id": uuid7(),
                "at": self.moment,
                "client_id": None if self.caller.client_id == CONSOLE else self.caller.client_id,
                "practitioner_id": practitioner_id,
                "action": action,
                "subject": subject,
                "subject_id": subject_id,
                "request_id": self.request_id,
            }
        )

    def tell(self, name: EventName, subject: str, subject_id: UUID, *, patient_id: UUID | None) -> UUID:
        """Add an event to the outbox; it is written with the transaction, or not at all.

        Args:
            name: what happened.
            subject: the kind of thing, as `alert`.
            subject_id: which one.
            patient_id: whose, where it is of a patient.

        Returns:
            The id of the event.
        """
        event_id = uuid7()
        self._events.append(
            {
                "clinic_id": self.clinic_id,
                "id": event_id,
                "at": self.moment,
                "name": name,
                "subject": subject,
                "subject_id": subject_id,
                "patient_id": patient_id,
            }
        )
        return event_id

    def affects(self, patient_id: UUID, aspect: Aspect, *, since: date | None = None) -> None:
        """Say that something of a patient changed: what is derived from it follows before the commit.

        Args:
            patient_id: whose.
            aspect: what.
            since: the first local day of the patient that it may have changed; None is however long ago.
        """
        known = self._affected.setdefault(patient_id, {})
        before = known.get(aspect, since)
        known[aspect] = None if since is None or before is None else min(since, before)

    def act_for(self, client_id: UUID) -> None:
        """Go on as this client of the clinic, who asked for it earlier."""
        self.caller = replace(self.caller, client_id=client_id)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Take back all that is done inside, and nothing of what was done before, if it fails."""
        acts, events = len(self._acts), len(self._events)
        affected = {patient_id: dict(aspects) for patient_id, aspects in self._affected.items()}
        try:
            with self.db.begin_nested():
                yield
        except BaseException:
            del self._acts[acts:], self._events[events:]
            self._affected = affected
            raise

    def commit(self) -> None:
        """Let what is derived follow, write what is pending and commit; only the edge calls this.

        Raises:
            Unavailable: the connection broke at COMMIT, so that nobody knows whether it took effect.
        """
        self._follow()
        if self._acts or self._events:
            self.db.flush()
            write(self.db, self.clinic_id, acts=self._acts, events=self._events)
        if self._db is None:
            return
        self._db.flush()
        try:
            self._db.commit()
        except DBAPIError as fault:
            if _is_away(fault):
                raise Unavailable(
                    "The database went away while the change was made final, so its outcome is unknown. "
                    "Send the same request again under the same Idempotency-Key; "
                    "without a key, read before repeating."
                ) from fault
            raise
        self._db.close()

    def abandon(self) -> None:
        """Undo everything and give the connection back."""
        for pending in (self._acts, self._events, self._affected):
            pending.clear()
        if self._db is not None:
            self._db.close()
            self._db = None

    def _follow(self) -> None:
        """Let the followers work, in one order of the patients, until nothing more is affected."""
        while self._affected:
            affected, self._affected = dict(sorted(self._affected.items())), {}
            for follow in self._followers:
                follow(self, affected)

    def _begin(self) -> ClinicSession:
        try:
            return self._enter()
        except DBAPIError as fault:
            if not fault.connection_invalidated:
                raise
        # The pool kept a connection that the server has closed; nothing was sent yet, so a fresh one may try.
        return self._enter()

    def _enter(self) -> ClinicSession:
        db = ClinicSession(self._engine, self.clinic_id)
        try:
            db.enter()
        except BaseException:
            db.close()
            raise
        return db


def open_engine(url: str, settings: Settings) -> Engine:
    """The connection pool of one role; it connects at the first use."""
    return create_engine(
        url,
        pool_size=settings.pool_size,
        max_overflow=settings.pool_overflow,
        pool_timeout=settings.pool_timeout_seconds,
        hide_parameters=True,
        connect_args={
            "connect_timeout": settings.connect_timeout_seconds,
            "options": f"-c statement_timeout={settings.statement_timeout_ms} -c timezone=UTC",
        },
        **CODEC,
    )


def refusal_of(fault: DBAPIError) -> Refusal | None:
    """What a database error means to the caller, by its SQLSTATE; `None` if it is a fault of ours."""
    state = _sqlstate(fault)
    if state in TAKEN:
        return Conflict(
            "What was sent contradicts what is already kept, or names something that is not there."
        )
    if state in TRY_AGAIN:
        return Unavailable(
            "The database was too busy to finish this; nothing was kept.", retry_after_seconds=1
        )
    if _is_away(fault):
        return Unavailable("The database is away; nothing was kept.")
    return None


def _sqlstate(fault: DBAPIError) -> str | None:
    state = getattr(fault.orig, "sqlstate", None)
    return state if isinstance(state, str) else None


def _is_away(fault: DBAPIError) -> bool:
    state = _sqlstate(fault)
    if state is not None:
        return state.startswith(AWAY)
    return fault.connection_invalidated or type(fault).__name__ in {"OperationalError", "InterfaceError"}
