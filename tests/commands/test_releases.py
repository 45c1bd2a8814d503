import json

import pytest

from api.clinical.knowledge import library, releases
from api.commands import releases as commands
from tests.next_release import NEXT, RULE, copied, next_release

CURRENT = library.load()


@pytest.fixture
def run(app):
    runner = app.test_cli_runner()
    return lambda *arguments: runner.invoke(args=("knowledge", *map(str, arguments)))


def test_a_release_is_compared_with_a_folder_for_people(run, tmp_path):
    said = run("diff", CURRENT.id, next_release(tmp_path / "next"))
    assert said.exit_code == 0, said.output
    assert f"to {NEXT}" in said.stdout
    assert f"  ~ {RULE}\n" in said.stdout


def test_a_release_is_compared_for_programs(run, tmp_path):
    said = run("diff", CURRENT.id, next_release(tmp_path / "next"), "--json")
    assert [one["id"] for one in json.loads(said.stdout)["rules"]["superseded"]] == [RULE]


def test_what_is_no_release_is_told(run, tmp_path):
    said = run("diff", CURRENT.id, tmp_path)
    assert said.exit_code == 2
    assert CURRENT.id in said.stderr


def test_a_faulty_release_is_told(run, tmp_path):
    folder = copied(tmp_path / "here")
    (folder / "derived.yaml").unlink()
    said = run("diff", CURRENT.id, folder)
    assert said.exit_code == 1
    assert "derived.yaml" in said.stderr


def test_the_rule_book_is_what_the_release_says(run):
    assert run("rulebook", "--check").exit_code == 0


def test_an_old_rule_book_fails_and_shows_the_difference(run, tmp_path, monkeypatch):
    old = tmp_path / "rulebook.md"
    old.write_text("# The rule book of another time\n")
    monkeypatch.setattr(commands, "RULE_BOOK", old)
    said = run("rulebook", "--check")
    assert said.exit_code == 1
    assert "-# The rule book of another time" in said.stderr
    assert "make rulebook" in said.stderr
    assert old.read_text() == "# The rule book of another time\n"


def test_the_rule_book_is_written(run, tmp_path, monkeypatch):
    monkeypatch.setattr(commands, "REPOSITORY", tmp_path)
    monkeypatch.setattr(commands, "RULE_BOOK", tmp_path / "docs" / "rulebook.md")
    assert run("rulebook").exit_code == 0
    assert run("rulebook", "--check").exit_code == 0


def test_a_release_is_kept(run, tmp_path):
    here = copied(tmp_path / "here")
    said = run("keep", here)
    assert said.exit_code == 0, said.output
    assert list(releases.kept(here)) == [CURRENT.id]
