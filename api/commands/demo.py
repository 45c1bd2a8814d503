"""`flask demo`: a clinic to try the service with."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import click
import orjson
from flask.cli import AppGroup

from api.access import queries
from api.access.actions import NewClient, open_clinic, register_client
from api.caller import CONSOLE, Caller, Scope, parse_wire_id
from api.commands import demo_patients
from api.commands.cohort.enrolment import Cohort
from api.commands.cohort.filing import Clinic
from api.commands.cohort.written import written
from api.commands.console import console_work, console_works, current_settings, jobs_connection, say
from api.errors import Refusal

CREDENTIALS = "demo-credentials.json"
PEOPLE = 16
WEEKS = 12
"""As many as the first screens show."""
SEED = 9
"""One of which something urgent and something for review waits, on whatever weekday the clinic is made."""

demo = AppGroup("demo", help="A clinic to try the service with.")


@demo.command("seed")
@click.option(
    "--people", type=click.IntRange(0, 5000), default=PEOPLE, show_default=True, help="Simulated ones."
)
def seed_command(people: int) -> None:
    """Make the demo clinic, unless the one in var/demo-credentials.json is still there."""
    seed(people)


@demo.command("cohort")
@click.option("--patients", type=click.IntRange(1, 5000), default=PEOPLE, show_default=True)
@click.option("--weeks", type=click.IntRange(2, 52), default=WEEKS, show_default=True)
@click.option("--seed", "chance", type=click.IntRange(0), default=1, show_default=True, help="Of all chance.")
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), help="Their last day; yesterday if not given.")
@click.option("--clinic", type=click.UUID, help="The demo clinic if not given.")
@click.option(
    "--truth", type=click.Path(dir_okay=False, path_type=Path), help="Write what truly happened here."
)
def cohort_command(
    *, patients: int, weeks: int, chance: int, last: datetime | None, clinic: UUID | None, truth: Path | None
) -> None:
    """Simulate people who train and tell of it, of whom the truth is known."""
    end = _yesterday() if last is None else last.date()
    if end > _yesterday():
        raise click.BadParameter("It lies ahead: their weeks are over.", param_hint="--last")
    clinic_id, client_id = (clinic, CONSOLE) if clinic is not None else _of_demo()
    cohort = Cohort(seed=chance, patients=patients, weeks=weeks, last=end)
    try:
        filed = fill(clinic_id, client_id, cohort)
    except Refusal as refused:
        raise click.ClickException(f"{refused} Give another --seed if they are there already.") from refused
    if truth is not None:
        known = written(cohort, filed.members)
        truth.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS) + b"\n")
    click.echo(f"{patients} people, {sum(len(one.tellings) for one in filed.members)} reports.")


def fill(clinic_id: UUID, client_id: UUID, cohort: Cohort) -> Clinic:
    """Put a cohort on file in a clinic, with a bar that shows how far that is.

    Raises:
        Conflict: this cohort is on file already.
    """
    with console_works(clinic_id, client_id=client_id) as opens:
        filed = Clinic(opens, cohort)
        with _bar(cohort.patients, "Enrolling people") as tick:
            for _ in filed.enrol():
                tick()
        acts = filed.acts()
        with _bar(len(acts), f"Living through {cohort.weeks} weeks") as tick:
            for act in acts:
                filed.perform(act)
                tick()
    return filed


def seed(people: int = PEOPLE) -> None:
    """Make a clinic with patients and a client that may do everything; keep its credentials in a file."""
    file = current_settings().var / CREDENTIALS
    if _still_stands(file):
        say("The demo clinic is there.")
        return
    say("Making a demo clinic …")
    with jobs_connection() as connection:
        clinic_id = open_clinic(connection, "Demo clinic", moment=datetime.now(UTC))
    with console_work(clinic_id) as work:
        scopes = frozenset(Scope)
        client_id, secret = register_client(work, NewClient(name="Demo system", scopes=scopes, keys=None))
        caller = Caller(clinic_id=clinic_id, client_id=client_id, scopes=scopes)
    with console_work(clinic_id, client_id=client_id) as work:
        patients = demo_patients.make(work)
    try:
        fill(clinic_id, client_id, Cohort(seed=SEED, patients=people, weeks=WEEKS, last=_yesterday()))
    except Refusal as refused:
        say(f"The people of the demo clinic are not complete: {refused}")
    credentials: dict[str, object] = {
        "client_id": caller.wire_id,
        "client_secret": secret,
        "clinic_id": str(clinic_id),
        "patients": patients,
    }
    _keep(file, json.dumps(credentials, indent=2) + "\n")


@contextmanager
def _bar(length: int, label: str) -> Iterator[Callable[[], None]]:
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _yesterday() -> date:
    return (datetime.now(UTC) - timedelta(days=1)).date()


def _of_demo() -> tuple[UUID, UUID]:
    """The demo clinic and its client.

    Raises:
        click.UsageError: there is none.
    """
    file = current_settings().var / CREDENTIALS
    if not _still_stands(file):
        raise click.UsageError("there is no demo clinic: `flask demo seed` makes one, or give --clinic")
    ids = parse_wire_id(json.loads(file.read_text(encoding="utf-8"))["client_id"])
    assert ids is not None, file
    return ids


def _still_stands(file: Path) -> bool:
    """Whether the file's client is in this database and not revoked."""
    if not file.exists():
        return False
    ids = parse_wire_id(json.loads(file.read_text(encoding="utf-8"))["client_id"])
    if ids is None:
        return False
    with console_work(ids[0], client_id=ids[1]) as work:
        return queries.standing(work)


def _keep(file: Path, text: str) -> None:
    """Write a file, whole or not at all, that only its owner reads."""
    draft = file.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as kept:
        kept.write(text)
    draft.replace(file)
