"""Every statement of the application's role, over the whole suite, held against the database rules."""

import re
from contextlib import contextmanager
from functools import cache

import pytest
from sqlalchemy import Engine, event

from api.database.base import Base
from api.database.tenancy import APPLICATION

FORBIDDEN = {
    r"\bset_config\s*\(": "set_config() does not reach the workers of a cluster",
    r"\bpg_(try_)?advisory": "an advisory lock holds on one node only",
    r"^\s*(listen|notify)\b": "notifications do not cross nodes",
    r"^\s*set\s+(?!local\b)": "a session-level SET outlives its request",
    r"^set local app\.clinic_id = (?!'[0-9a-f-]{36}'$|''$)": "the clinic is a literal UUID",
    r"\bnextval\s*\(": "ids are made in Python",
    r"\btruncate\b": "the application truncates nothing",
}
VOLATILE = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|random|gen_random_uuid|uuidv[47]|"
    r"nextval|current_setting|age)\s*\(|\b(current_timestamp|current_date|current_time|localtime|localtimestamp)\b"
)
AT_ONE_PLACE = re.compile(r"\b(do update|returning|merge)\b(.*)", re.DOTALL)
REFERENCE = re.compile(
    r"\b(?:from|join|update|using|,)\s+(?:only\s+)?\"?([a-z_]+)\"?(?:\s+(?:as\s+)?([a-z_0-9]+))?"
)
NO_ALIAS = {
    "set",
    "where",
    "on",
    "join",
    "left",
    "inner",
    "cross",
    "order",
    "group",
    "limit",
    "for",
    "using",
    "values",
}
NO_ALIAS |= {"returning", "union", "full", "right", "natural", "offset", "fetch", "window", "having"}


@cache
def faults(statement):
    """What is wrong with a statement of the application."""
    text = " ".join(re.sub(r"--[^\n]*", " ", statement).lower().split())
    found = [why for pattern, why in FORBIDDEN.items() if re.search(pattern, text)]
    if (tail := AT_ONE_PLACE.search(text)) and VOLATILE.search(tail[2]):
        found.append("a function that is not immutable in DO UPDATE, RETURNING or MERGE")
    names = _references(text)
    for name in names:
        qualified = rf"\b{name}\.clinic_id\s*=\s*(%|\$|')|(%\(\w+\)s(::uuid)?|')\s*=\s*{name}\.clinic_id\b"
        alone = r"(?<![.\w])clinic_id\s*=\s*(%|\$|')" if len(names) == 1 else None
        if not re.search(qualified, text) and not (alone and re.search(alone, text)):
            found.append(f"{name} has no clinic_id predicate of its own")
    return tuple(found)


def _references(text):
    names = set()
    for table, alias in REFERENCE.findall(text):
        known = Base.metadata.tables.get(table)
        if known is not None and "clinic_id" in known.columns:
            names.add(alias if alias and alias not in NO_ALIAS else table)
    return names


class Recorder:
    """What the application said to the database."""

    def __init__(self):
        self.seen = []
        self.faults = []

    def note(self, connection, _cursor, statement, *_):
        if connection.engine.url.username != APPLICATION:
            return
        self.seen.append(statement)
        self.faults += [f"{fault}: {statement}" for fault in faults(statement)]

    @contextmanager
    def at_most(self, count):
        """Fail if more statements are said, not counting the SET LOCAL that every transaction begins with."""
        before = len(self.seen)
        yield
        said = [
            one for one in self.seen[before:] if not one.startswith(("SET LOCAL", "SAVEPOINT", "RELEASE"))
        ]
        assert len(said) <= count, "\n".join([f"{len(said)} statements, {count} allowed:", *said])


_recorder = Recorder()
event.listen(Engine, "before_cursor_execute", _recorder.note)


@pytest.fixture
def statements():
    """The statements of this test."""
    _recorder.seen.clear()
    return _recorder


@pytest.fixture(autouse=True)
def every_statement_keeps_the_rules():
    """Fail a test whose application said what the database rules forbid."""
    yield
    broken, _recorder.faults[:] = list(_recorder.faults), []
    assert not broken, "\n".join(broken)
