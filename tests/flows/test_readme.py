"""The README is true: what it tells a newcomer to type is typed here, and gets the answers that it shows."""

import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from fnmatch import fnmatchcase

import pytest
from werkzeug.serving import make_server

from api import settings
from api.clinical.knowledge import library

TEXT = (settings.REPOSITORY / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CALLS = TEXT.partition("## From nothing to an answer")[2].partition("\n## ")[0]
ADDRESS = "http://127.0.0.1:8000"
END_OF_BLOCK = "end-of-block"

CURL = '''\
"""A stand-in for curl on a machine without it: -s, -u, -H, -d and an address."""

import sys
from base64 import b64encode
from urllib.error import HTTPError
from urllib.request import Request, urlopen

words, headers, body, address = iter(sys.argv[1:]), {}, None, None
for word in words:
    match word:
        case "-s":
            pass
        case "-u":
            headers["Authorization"] = "Basic " + b64encode(next(words).encode()).decode()
        case "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        case "-d":
            body = next(words)
            body = (sys.stdin.read() if body == "@-" else body).replace("\\n", "").encode()
        case _:
            assert address is None and not word.startswith("-"), word
            address = word
try:
    answer = urlopen(Request(address, data=body, headers=headers), timeout=60)
except HTTPError as refusal:
    answer = refusal
sys.stdout.buffer.write(answer.read())
'''


@pytest.fixture
def place(tmp_path, live_app, live_clinic):
    """A folder as `make run` leaves it, a server beside it, and python3 and curl on the path."""
    client_id, secret = live_clinic.register()
    (tmp_path / "var").mkdir()
    credentials = {"client_id": f"{live_clinic.id}.{client_id}", "client_secret": secret}
    (tmp_path / "var" / "demo-credentials.json").write_text(json.dumps(credentials))
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "curl.py").write_text(CURL, encoding="utf-8")
    for name, arguments in {"python3": "", "curl": f" {programs / 'curl.py'}"}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable}{arguments} "$@"\n')
        (programs / name).chmod(0o755)
    server = make_server("127.0.0.1", 0, live_app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield tmp_path, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def blocks():
    """The blocks to type, each with the answers that are shown below it."""
    typed = []
    for language, text in BLOCK.findall(CALLS):
        if language == "sh":
            typed.append((text, []))
        else:
            typed[-1][1].append((language, text))
    return typed


def test_the_calls_get_the_answers_shown(place):
    folder, address = place
    marker = f"\nprintf '\\n{END_OF_BLOCK}\\n'\n"
    script = marker.join(text for text, _ in blocks()).replace(ADDRESS, address)
    environment = {
        "PATH": f"{folder / 'programs'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }
    ran = subprocess.run(
        ["sh", "-eu"],
        input=script,
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout.split(f"\n{END_OF_BLOCK}\n")
    assert len(said) == len(blocks())
    for (typed, shown), answer in zip(blocks(), said, strict=True):
        for language, text in shown:
            if language == "json":
                hold(json.loads(text), json.loads(answer), typed)
            else:
                for line in text.splitlines():
                    assert any(alike(line, other) for other in answer.splitlines()), (line, answer)


def test_there_are_at_most_five_calls():
    assert 1 <= sum(text.count("curl ") for text, _ in blocks()) <= 5


def hold(shown, actual, where):
    """Everything shown is in the actual answer; `…` stands for anything."""
    match shown:
        case dict():
            for name, value in shown.items():
                assert name in actual, (where, name)
                hold(value, actual[name], where)
        case []:
            assert actual == [], where
        case list():
            for value in shown:
                assert value == "…" or any(holds(value, one) for one in actual), (where, value, actual[:3])
        case str():
            assert alike(shown, actual), (where, shown, actual)
        case _:
            assert shown == actual, (where, shown, actual)


def holds(shown, actual):
    try:
        hold(shown, actual, "")
    except AssertionError:
        return False
    return True


def alike(shown, actual):
    pattern = re.sub(r"[*?[]", lambda found: f"[{found[0]}]", shown).replace("…", "*")
    return isinstance(actual, str) and fnmatchcase(actual, pattern)


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
    (picture,) = [text for language, text in BLOCK.findall(TEXT) if language == "text" and "┌" in text]
    named = [line[1:].split("  ")[0].strip() for line in picture.splitlines() if line.startswith("│ ")]
    drawn = [name for name in named if name]
    assert drawn == layers["contracts"][0]["layers"], "draw the layers of pyproject.toml in the README"


def test_the_rule_it_shows_is_one_of_the_rules():
    (shown,) = [text for language, text in BLOCK.findall(TEXT) if language == "yaml"]
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
