"""Granian and gunicorn, with several workers and threads: the null route and the check of the application.

Run `pip install gunicorn`, then `python -m bench.choices.production_server`. The figures are in
`docs/adr/0004-granian-serves-the-application.md`.
"""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import repeat

from bench.rig import load, patient
from bench.rig.place import HOST, Place, free_port, granian, place, served, token
from bench.rig.rounds import in_turn

ROUNDS = 8
SECONDS = 0.4
CONNECTIONS = 16
TARGET = "bench.rig.application:app"


def main() -> None:
    """Measure and print."""
    with place() as here:
        for group in (
            ["granian 2x1", "granian 2x2", "granian 4x1", "gunicorn sync 2", "gunicorn sync 4"],
            ["granian 2x1", "gunicorn gthread 2x2", "gunicorn gthread 2x4", "gunicorn gthread 4x2"],
        ):
            compare(here, group)


def compare(here: Place, names: list[str]) -> None:
    """Print the rates of some servers, measured in turn."""
    with ExitStack() as stack:
        sides = {}
        for name in names:
            port = free_port()
            command = _command(name, port)
            stack.enter_context(served(command, here.environment, here.folder, port))
            sides |= _sides(here, name, port)
        measured = in_turn(sides, rounds=ROUNDS)
    for side in sides:
        of_first = measured.ratio(side, f"{names[0]} {side.rsplit(' ', 1)[1]}")
        print(f"{side:<30} {measured.median(side):8.0f}/s   {of_first:.2f} of {names[0]}", flush=True)


def _command(name: str, port: int) -> list[str]:
    kind, *rest = name.split()
    numbers = [int(number) for number in rest[-1].split("x")]
    if kind == "granian":
        return granian("wsgi", TARGET, port=port, workers=numbers[0], threads=numbers[1])
    command = [
        "gunicorn",
        "--bind",
        f"{HOST}:{port}",
        "--worker-class",
        rest[0],
        "--workers",
        str(numbers[0]),
    ]
    if len(numbers) > 1:
        command += ["--threads", str(numbers[1])]
    return [*command, TARGET]


def _sides(here: Place, name: str, port: int) -> dict[str, partial[float]]:
    as_of = (datetime.now(UTC) - timedelta(minutes=5)).replace(microsecond=0)
    bearer = {"Authorization": f"Bearer {token(here, port)}"}
    check = load.request("POST", "/v1/checks", headers=bearer, body=patient.check(as_of))
    run = partial(load.requests_per_second, port, connections=CONNECTIONS, seconds=SECONDS)
    null = load.request("GET", "/null")
    return {f"{name} null": partial(run, repeat(null)), f"{name} check": partial(run, repeat(check))}


if __name__ == "__main__":
    main()
