"""What makes and repeats checks of patients on file."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import insert

from api.checks import queries
from api.checks.answers import Judged, Question, answers, answers_of
from api.checks.inputs import kept
from api.checks.replay import replayed
from api.checks.tables import Check
from api.clinical.facts import Observation
from api.clinical.release import Release
from api.clinical.vocabulary import CheckKind
from api.database.base import uuid7
from api.database.json_columns import as_json
from api.database.work import Work


class Made(NamedTuple):
    """A check of what is on file: what was read, what was asked, and what the engine found."""

    file: queries.PatientFile
    question: Question
    judged: Judged


def check_patient(
    work: Work, patient_id: UUID, kind: CheckKind, *, of_the_day: Sequence[Observation] = ()
) -> dict[str, Any]:
    """Check what is on file of a patient, with what is known of the day, and keep the check.

    Args:
        work: the work; the check is of its moment.
        patient_id: whose.
        kind: a programme, or a session on its day.
        of_the_day: what counts for this check only; where it names no source, it is the caller's, so that it
            renews what the caller told before.

    Returns:
        The check as it is kept.

    Raises:
        NotFound: there is no such patient.
    """
    return keep(work, patient_id, made(work, patient_id, kind, of_the_day=of_the_day))


def made(work: Work, patient_id: UUID, kind: CheckKind, *, of_the_day: Sequence[Observation] = ()) -> Made:
    """A check of what is on file, with what is known of the day, as `check_patient` makes it; not kept.

    Raises:
        NotFound: there is no such patient.
    """
    file = queries.on_file(work, patient_id)
    source = str(work.caller.client_id)
    told = [one if one.source else one._replace(source=source) for one in of_the_day]
    question = file.question(kind, of_the_day=told)
    return Made(file=file, question=question, judged=answers().judged(question))


def with_more(made_of: Made, more: Sequence[Observation]) -> Made:
    """The check again, with further observations beside those that it read; not kept."""
    question = replace(made_of.question, observations=[*made_of.question.observations, *more])
    return made_of._replace(question=question, judged=answers().judged(question))


def keep(work: Work, patient_id: UUID, made_of: Made) -> dict[str, Any]:
    """Keep a check of what is on file, as it was made by the release of now.

    Returns:
        The check as it is kept.
    """
    file, question, kind = made_of.file, made_of.question, made_of.question.kind
    engine = answers()
    answer = engine.written(question, made_of.judged)
    row = {
        "id": uuid7(),
        "patient_id": patient_id,
        "client_id": work.caller.client_id,
        "created_at": work.moment,
        "kind": kind,
        "as_of": work.moment,
        "time_zone": file.time_zone.key,
        "decision": answer["decision"],
        "valid_until": answer["valid_until"],
        "release": engine.release.id,
        "release_sha256": engine.release.sha256,
        "rules": engine.rule_versions(kind),
        "inputs": as_json(kept(question)),
        "answer": as_json(answer),
    }
    work.db.execute(insert(Check).values(clinic_id=work.clinic_id, **row))
    work.record("check.made", "check", row["id"])
    return row


def replay(work: Work, check_id: UUID, release: Release | None = None) -> dict[str, Any]:
    """Answer a check again; nothing is kept.

    Args:
        work: the work.
        check_id: which check.
        release: with which knowledge, if not with that of now.

    Raises:
        NotFound: there is no such check.
    """
    engine = answers() if release is None else answers_of(release)
    return replayed(queries.asked(work, check_id), engine)
