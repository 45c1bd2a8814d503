"""Documentation that is typed: its blocks run beside a server, the answers held to what is shown."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from fnmatch import fnmatchcase

from sqlalchemy import create_engine, pool
from werkzeug.serving import make_server

from api.commands.work import keep_doing

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8000"
END_OF_BLOCK = "end-of-block"

CURL = '''\
"""A stand-in for curl on a machine without it: -s, -u, -H, -d, -X, -D, -o and an address."""

import sys
from base64 import b64encode
from urllib.error import HTTPError
from urllib.request import Request, urlopen

words, headers, body, address, method, out, head = iter(sys.argv[1:]), {}, None, None, None, None, None
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
        case "-X":
            method = next(words)
        case "-o":
            out = next(words)
        case "-D":
            head = next(words)
        case _:
            assert address is None and not word.startswith("-"), word
            address = word
try:
    answer = urlopen(Request(address, data=body, headers=headers, method=method), timeout=60)
except HTTPError as refusal:
    answer = refusal
if head is not None:
    with open(head, "w", encoding="utf-8") as file:
        file.writelines(f"{name}: {value}\\n" for name, value in answer.headers.items())
if out is None:
    sys.stdout.buffer.write(answer.read())
else:
    with open(out, "wb") as file:
        file.write(answer.read())
'''


@contextmanager
def server_beside(folder, app, clinic):
    """A folder as `make run` leaves it, with python3 and curl on the path, and a server; its address."""
    client_id, secret = clinic.register()
    (folder / "var").mkdir()
    credentials = {"client_id": f"{clinic.id}.{client_id}", "client_secret": secret}
    (folder / "var" / "demo-credentials.json").write_text(json.dumps(credentials))
    programs = folder / "programs"
    programs.mkdir()
    (programs / "curl.py").write_text(CURL, encoding="utf-8")
    for name, arguments in {"python3": "", "curl": f" {programs / 'curl.py'}"}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {sys.executable}{arguments} "$@"\n')
        (programs / name).chmod(0o755)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def worker_beside(app, jobs_url):
    """The worker, as `make run` starts it beside the server."""
    stop = threading.Event()
    jobs = create_engine(jobs_url, poolclass=pool.NullPool)
    tasks = app.extensions["surefoot.tasks"]
    thread = threading.Thread(target=keep_doing, args=(app, jobs, tasks, stop))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def blocks(text):
    """The blocks to type, each with the answers that are shown below it."""
    typed = []
    for language, block in BLOCK.findall(text):
        if language == "sh":
            typed.append((block, []))
        else:
            typed[-1][1].append((language, block))
    return typed


def play(text, folder, address):
    """Type the blocks of a text in one shell, and hold what is answered to what is shown."""
    todo = blocks(text)
    marker = f"\nprintf '\\n{END_OF_BLOCK}\\n'\n"
    script = marker.join(typed for typed, _ in todo).replace(ADDRESS, address)
    environment = {
        "PATH": f"{folder / 'programs'}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
    }
    shell = subprocess.Popen(
        ["sh", "-eu"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment,
        encoding="utf-8",
        process_group=0,
    )
    try:
        answers, faults = shell.communicate(script, timeout=120)
    finally:
        with suppress(ProcessLookupError):  # what the text leaves running ends with it
            os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
    assert shell.returncode == 0, (faults, answers[-2000:])
    said = answers.split(f"\n{END_OF_BLOCK}\n")
    assert len(said) == len(todo)
    for (typed, shown), answer in zip(todo, said, strict=True):
        for language, expected in shown:
            if language == "json":
                hold(json.loads(expected), json.loads(answer), typed)
            else:
                for line in expected.splitlines():
                    assert any(alike(line, other) for other in answer.splitlines()), (line, answer)


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
