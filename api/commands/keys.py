"""`flask keys`: the keys that sign access tokens, and the one that webhooks are signed by."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from api.commands.console import say
from api.settings import beside, new_signing_keys, write_signing_keys, write_webhook_key

keys = AppGroup("keys", help="The keys that sign access tokens.")


@keys.command("create")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def create(file: Path) -> None:
    """Write a new private key set to FILE, and the key of the webhooks beside it, for their owner only.

    A file that is there stays as it is.
    """
    write_signing_keys(file)
    write_webhook_key(beside(file))
    say(f"The signing keys are in {file}, the key of the webhooks is in {beside(file)}.")


@keys.command("rotate")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def rotate(file: Path) -> None:
    """Let the next key in FILE sign, make a new next one, and keep the current one as the previous.

    Every server must have read the file before it is rotated again. They may then be restarted one by one:
    each of them knows the keys of the others. The key that was the previous one before no longer counts.
    """
    current, following, *_ = json.loads(file.read_text(encoding="ascii"))["keys"]
    fresh = json.loads(new_signing_keys())["keys"][0]
    draft = file.with_name(f".{file.name}.new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"keys": [following, fresh, current]}, indent=2) + "\n", encoding="ascii")
    draft.replace(file)
    say(f"{file} is rotated; restart the servers so that they read it.")
