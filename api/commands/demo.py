"""`flask demo`: a clinic to try the service with."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from flask.cli import AppGroup

from api.access import queries
from api.access.actions import NewClient, open_clinic, register_client
from api.caller import Caller, Scope, parse_wire_id
from api.commands import demo_patients
from api.commands.console import console_work, current_settings, jobs_connection, say

CREDENTIALS = "demo-credentials.json"

demo = AppGroup("demo", help="A clinic to try the service with.")


@demo.command("seed")
def seed_command() -> None:
    """Make the demo clinic, unless the one in var/demo-credentials.json is still there."""
    seed()


def seed() -> None:
    """Make a clinic with two patients and a client that may do everything; keep its credentials in a file."""
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
    credentials: dict[str, object] = {
        "client_id": caller.wire_id,
        "client_secret": secret,
        "clinic_id": str(clinic_id),
        "patients": patients,
    }
    _keep(file, json.dumps(credentials, indent=2) + "\n")


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
