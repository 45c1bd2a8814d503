"""The README is true: what it tells a newcomer to type is typed here, and gets the answers that it shows."""

import json
import re
import tomllib

from api import settings
from api.clinical.knowledge import library
from tests.flows import typed

TEXT = (settings.REPOSITORY / "README.md").read_text(encoding="utf-8")
CALLS = TEXT.partition("## From nothing to an answer")[2].partition("\n## ")[0]


def test_the_calls_get_the_answers_shown(tmp_path, live_app, live_clinic):
    with typed.server_beside(tmp_path, live_app, live_clinic) as address:
        typed.play(CALLS, tmp_path, address)


def test_there_are_at_most_five_calls():
    assert 1 <= sum(text.count("curl ") for text, _ in typed.blocks(CALLS)) <= 5


def test_its_tasks_are_those_of_the_makefile():
    tasks = re.findall(r"^(\w+):.*##", (settings.REPOSITORY / "Makefile").read_text(), re.MULTILINE)
    named = set(re.findall(r"\bmake (\w+)", TEXT))
    assert {"run", "test", "check"} <= named <= set(tasks)


def test_its_commands_are_those_of_flask(app):
    for group, name in re.findall(r"`flask (\w+)(?: (\w+))?", TEXT):
        command = app.cli.commands[group]
        assert not name or name in command.commands, f"flask {group} {name}"


def test_its_table_has_every_setting():
    source = (settings.REPOSITORY / "api" / "settings.py").read_text()
    read = set(re.findall(r'environment(?:\.get\(|\[|, )"([A-Z_]+)"', source))
    assert set(re.findall(r"^\| `([A-Z_]+)`", TEXT, re.MULTILINE)) == read


def test_its_numbers_are_those_of_the_release():
    release = library.load()
    assert f"of {len(release.exercises)} exercises" in TEXT
    waiting = [rule for rule in release.rules if rule.review_status != "reviewed"]
    assert len(waiting) == len(release.rules), "say how many await review"
    assert f"All {len(release.rules)} rules await clinical review" in TEXT


def test_its_picture_has_every_layer():
    layers = tomllib.loads((settings.REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]
    (picture,) = [text for language, text in typed.BLOCK.findall(TEXT) if language == "text" and "┌" in text]
    named = [line[1:].split("  ")[0].strip() for line in picture.splitlines() if line.startswith("│ ")]
    drawn = [name for name in named if name]
    assert drawn == layers["contracts"][0]["layers"], "draw the layers of pyproject.toml in the README"


def test_the_rule_it_shows_is_one_of_the_rules():
    (shown,) = [text for language, text in typed.BLOCK.findall(TEXT) if language == "yaml"]
    rules = [file.read_text(encoding="utf-8") for file in (library.HERE / "rules").glob("*.yaml")]
    assert any(shown.replace("  …\n", "") in text for text in rules)


def test_its_links_lead_somewhere():
    headings = {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in headings, target
        else:
            assert (settings.REPOSITORY / target).exists(), target


def test_the_claims_that_it_shows_are_those_of_the_published_proof():
    published = json.loads((library.HERE / "proof.json").read_text(encoding="utf-8"))
    assert published["holds"]
    for claim in published["claims"]:
        assert f"| {claim['statement']} | {claim['cases']:,} |" in TEXT
