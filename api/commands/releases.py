"""`flask knowledge keep|diff|rulebook`: how one release follows another, and what clinicians sign."""

import difflib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import comparison, library, releases
from api.clinical.knowledge.rulebook.book import written_out
from api.clinical.release import Release
from api.commands.console import say
from api.settings import REPOSITORY

RULE_BOOK = REPOSITORY / "docs" / "rulebook.md"
LONGEST_DIFFERENCE = 60  # lines


@click.command("keep")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), default=library.HERE)
def keep(folder: Path) -> None:
    """Lay the release by as the earlier one, before the next is written; the one before it is let go."""
    with _faults_told():
        kept = releases.keep(folder)
    say(f"Kept release {kept.name}. Give the next one its own id; `make seal` seals it.")


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def diff(old: str, new: str, *, as_json: bool) -> None:
    """Say how release NEW differs from release OLD; each is an id or a folder."""
    with _faults_told():
        found = comparison.compare(_named(old), _named(new))
    if as_json:
        click.echo(json.dumps(comparison.as_data(found), indent=2, ensure_ascii=False))
    else:
        click.echo(comparison.as_text(found), nl=False)


@click.command("rulebook")
@click.option("--check", "only_check", is_flag=True, help="Change nothing; fail if the rule book differs.")
def rulebook(*, only_check: bool) -> None:
    """Write docs/rulebook.md, the release for clinicians to read and sign."""
    with _faults_told():
        release = library.load()
    text = written_out(release)
    if not only_check:
        RULE_BOOK.parent.mkdir(exist_ok=True)
        RULE_BOOK.write_text(text, encoding="utf-8")
        say(f"Wrote {RULE_BOOK.relative_to(REPOSITORY)}.")
        return
    kept = RULE_BOOK.read_text(encoding="utf-8") if RULE_BOOK.exists() else ""
    difference = difflib.unified_diff(kept.splitlines(), text.splitlines(), "kept", "release", "", "", 1, "")
    lines = list(difference)
    if lines:
        click.echo("\n".join(lines[:LONGEST_DIFFERENCE]), err=True)
        raise click.ClickException("docs/rulebook.md is out of date: `make rulebook` writes it anew")
    say("docs/rulebook.md is the release.")


def _named(name: str) -> Release:
    """A release by its id, or in a folder.

    Raises:
        click.BadParameter: it is neither.
    """
    folder = Path(name)
    if (folder / "release.yaml").is_file():
        return library.read(folder)
    try:
        return releases.shipped().release(name)
    except releases.UnknownRelease as fault:
        raise click.BadParameter(f"{fault} A folder must hold a release.yaml.") from fault


@contextmanager
def _faults_told() -> Iterator[None]:
    """A fault of a release is told in a sentence."""
    try:
        yield
    except KnowledgeFault as fault:
        raise click.ClickException(str(fault)) from fault
