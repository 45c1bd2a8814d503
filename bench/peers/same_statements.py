"""The statements that a request runs, written down for pgbench to run them again.

They are recorded from one request through the application, with their parameters written into them. What is
new in every request is made new by the server: ids by `uuidv7()`, the moment of observation by `now()`.
"""

import re
import subprocess
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from api.database import embedded

_UUID = re.compile(r"'([0-9a-f]{12}7[0-9a-f]{19})'::uuid")
_UUID_IN_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?\+00:00"
_MOMENT = re.compile(rf"'{_INSTANT}'::timestamptz")
_MOMENTS = re.compile(rf"'\{{((?:\"{_INSTANT}\",?)+)\}}'::timestamptz\[\]")
_MOMENT_IN_TEXT = re.compile(_INSTANT)
_VARIABLE = re.compile(r'":(?=\w)')
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


@contextmanager
def recorded(engine: Engine) -> Iterator[list[str]]:
    """Collects what an engine sends, with the parameters in it."""
    statements: list[str] = []

    def note(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        driver = getattr(cursor, "connection", cursor)
        write = psycopg.ClientCursor(driver).mogrify
        given = parameters if isinstance(parameters, list) else [parameters]
        statements.extend(write(statement, one or None) for one in given)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


def script(statements: Sequence[str], *, kept: Collection[str], one_of: Sequence[str]) -> str:
    """A pgbench script of one transaction.

    Args:
        statements: as recorded.
        kept: ids that stay as they are.
        one_of: ids of which the first was recorded, and any is taken in its place.
    """
    lines = [f"{_made_new(' '.join(statement.split()), kept, one_of)};" for statement in statements]
    return "\n".join([f"\\set chosen random(1, {len(one_of)})", "BEGIN;", *lines, "COMMIT;", ""])


def _made_new(statement: str, kept: Collection[str], one_of: Sequence[str]) -> str:
    stays = {one.replace("-", "") for one in kept}
    chosen = f"('{{{','.join(one_of)}}}'::uuid[])[:chosen]"

    def new_id(found: re.Match[str]) -> str:
        plain = found[1].replace("-", "")
        if plain == one_of[0].replace("-", ""):
            return chosen
        return found[0] if plain in stays else "uuidv7()"

    def new_text(found: re.Match[str]) -> str:
        return found[0] if found[0].replace("-", "") in stays else "' || uuidv7() || '"

    line = _UUID_IN_TEXT.sub(new_text, statement)
    line = _UUID.sub(new_id, line)
    line = _MOMENTS.sub(lambda found: f"array_fill(now(), ARRAY[{found[1].count(',') + 1}])", line)
    line = _MOMENT.sub("now()", line)
    line = _MOMENT_IN_TEXT.sub("' || now() || '", line)
    return _VARIABLE.sub('": ', line)  # pgbench takes `:null` for a variable


def transactions_per_second(url: str, script: Path, *, clients: int, seconds: int) -> float:
    """What pgbench reaches with this script."""
    command = [str(embedded.program("pgbench")), "--no-vacuum", "--protocol=prepared"]
    command += [f"--client={clients}", "--jobs=1", f"--time={seconds}", f"--file={script}", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rate = _RATE.search(done.stdout)
    if done.returncode or rate is None:
        raise RuntimeError(done.stderr[-2000:])
    return float(rate[1])
