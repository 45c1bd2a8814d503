"""`flask document`: the OpenAPI document, kept in the repository so that its changes are seen in review."""

import difflib
import json

import click
from flask import current_app
from flask.cli import AppGroup

from api.commands.console import say
from api.settings import REPOSITORY

ADDRESS = "/openapi/v1.json"
SNAPSHOT = REPOSITORY / "openapi" / "v1.json"
LONGEST_DIFFERENCE = 60  # lines

document = AppGroup("document", help="The OpenAPI document, kept in openapi/v1.json.")


@document.command("write")
def write() -> None:
    """Write the document that the code serves to openapi/v1.json."""
    SNAPSHOT.parent.mkdir(exist_ok=True)
    SNAPSHOT.write_text(served(), encoding="utf-8")
    say(f"Wrote {SNAPSHOT.relative_to(REPOSITORY)}.")


@document.command("check")
def check() -> None:
    """Fail, showing the difference, if openapi/v1.json is not what the code serves."""
    kept = SNAPSHOT.read_text(encoding="utf-8") if SNAPSHOT.exists() else ""
    difference = list(
        difflib.unified_diff(kept.splitlines(), served().splitlines(), "kept", "served", lineterm="", n=1)
    )
    if difference:
        click.echo("\n".join(difference[:LONGEST_DIFFERENCE]), err=True)
        raise click.ClickException("openapi/v1.json is out of date: `make openapi` writes it anew")
    say("openapi/v1.json is what the code serves.")


def served() -> str:
    """The document as the service answers it, laid out for reading."""
    with current_app.test_client() as client:
        answer = client.get(ADDRESS)
    if answer.status_code != 200:
        raise click.ClickException(f"{ADDRESS} answered {answer.status}")
    return json.dumps(answer.get_json(), indent=2, ensure_ascii=False) + "\n"
