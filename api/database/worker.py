"""What is done without being asked: tasks over all clinics, each in works of its own."""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Connection

from api.database.work import Work

ROUNDS = 100
"""How often a task runs for a clinic in one turn, as long as it finds something to do."""
ROUNDS_OUTSIDE = 10
"""The same of an errand, which may have to wait for others each time."""

log = logging.getLogger("surefoot.worker")

Opening = Callable[[], AbstractContextManager[Work]]
"""Opens a work, committed at its end."""
Works = Callable[[UUID], AbstractContextManager[Work]]
"""Opens a work in a clinic, committed at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Something that falls due.

    Attributes:
        name: as it is logged.
        due: the clinics with something to do at a moment, asked in the jobs role and grouped by clinic.
        run: does a part of it, and says how many things were done; 0 ends the turn.
    """

    name: str
    due: Callable[[Connection, datetime], Iterable[UUID]]
    run: Callable[[Work], int]
    rounds: ClassVar[int] = ROUNDS

    def step(self, works: Works, clinic_id: UUID) -> int:
        """Run it once in a work of its own."""
        with works(clinic_id) as work:
            return self.run(work)


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """Something that falls due and leads out of the house: it holds no transaction while others answer.

    Attributes:
        name: as it is logged.
        due: as of a task.
        run: the same, but it opens its works itself, one before it goes and one after it has come back.
    """

    name: str
    due: Callable[[Connection, datetime], Iterable[UUID]]
    run: Callable[[Opening], int]
    rounds: ClassVar[int] = ROUNDS_OUTSIDE

    def step(self, works: Works, clinic_id: UUID) -> int:
        """Run it once."""
        return self.run(lambda: works(clinic_id))


Due = Task | Errand


def turn(
    tasks: Iterable[Due], jobs: Callable[[], AbstractContextManager[Connection]], works: Works
) -> tuple[int, int]:
    """Do once all that is due; a fault in one clinic's task stops no other.

    Returns:
        How many things were done, and how many tasks failed.
    """
    done = failed = 0
    for task in tasks:
        try:
            with jobs() as connection:
                due = list(task.due(connection, datetime.now(UTC)))
        except Exception:
            log.exception("task-failed", extra={"task": task.name})
            failed += 1
            continue
        for clinic_id in due:
            try:
                done += _run(task, works, clinic_id)
            except Exception:
                log.exception("task-failed", extra={"task": task.name, "clinic_id": str(clinic_id)})
                failed += 1
    return done, failed


def _run(task: Due, works: Works, clinic_id: UUID) -> int:
    done = 0
    for _ in range(task.rounds):
        step = task.step(works, clinic_id)
        done += step
        if not step:
            break
    return done
