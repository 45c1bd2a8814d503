"""The stateless check over HTTP, beside routes that do nothing and beside the same check in FastAPI.

There are two null routes, on the same server, workers and middleware: one is a `GET` without token or body;
the other passes the same gate, reads the same JSON body, and answers an empty object.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import repeat

import orjson

from api.settings import Settings
from bench.rig import load, patient
from bench.rig.place import Place, free_port, granian, place, served, token
from bench.rig.rounds import Measured, in_turn, report

ROUNDS = 12
SECONDS = 0.4
CONNECTIONS = 16
SERVED = Settings(database_url="")  # workers and threads as the service has them
WORKERS, THREADS = SERVED.web_workers, SERVED.web_threads
AIM_OF_NULL = 0.40
AIM_OF_PEER = 1.2
ROME = timezone(timedelta(hours=1))


def main() -> None:
    """Measure and print."""
    with place() as here:
        ours, peer = free_port(), free_port()
        service = granian("wsgi", "bench.rig.application:app", port=ours, workers=WORKERS, threads=THREADS)
        fastapi = granian(
            "asgi", "bench.peers.fastapi_check:app", port=peer, workers=WORKERS, threads=THREADS
        )
        with (
            served(service, here.environment, here.folder, ours),
            served(fastapi, here.environment, here.folder, peer),
        ):
            tell(measure(here, ours, peer))


def measure(here: Place, ours: int, peer: int) -> Measured:
    """Requests per second of the null route, the check and the peer.

    Raises:
        RuntimeError: the two checks do not say the same.
    """
    as_of = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(ROME).replace(microsecond=0)
    bearer = {"Authorization": f"Bearer {token(here, ours)}"}
    check = load.request("POST", "/v1/checks", headers=bearer, body=patient.check(as_of))
    null = load.request("GET", "/null")
    taking = load.request("POST", "/null", headers=bearer, body=patient.check(as_of))
    answers = [orjson.loads(load.once(port, check)) for port in (ours, peer)]
    for member in ("decision", "exercises", "missing"):
        if answers[0][member] != answers[1][member]:
            raise RuntimeError(f"the service and its peer differ in {member}")
    run = partial(load.requests_per_second, connections=CONNECTIONS, seconds=SECONDS)
    sides = {
        "null": partial(run, ours, repeat(null)),
        "taking": partial(run, ours, repeat(taking)),
        "check": partial(run, ours, repeat(check)),
        "peer": partial(run, peer, repeat(check)),
    }
    return in_turn(sides, rounds=ROUNDS)


def tell(measured: Measured) -> None:
    """Print the ratios."""
    check = f"{measured.median('check'):.0f}/s"
    for name, null, words in (
        ("check-http", "null", "null route"),
        ("check-http-taking", "taking", "null route that takes the same body"),
    ):
        ratio = measured.ratio("check", null)
        medians = f"{check}; {words} {measured.median(null):.0f}/s"
        report(name, f"{ratio:.2f}", medians, aim=f"≥ {AIM_OF_NULL:.2f}", met=ratio >= AIM_OF_NULL)
    of_peer = measured.ratio("check", "peer")
    medians = f"{check}; FastAPI and pydantic {measured.median('peer'):.0f}/s"
    report("check-http-peer", f"{of_peer:.1f}x", medians, aim=f"≥ {AIM_OF_PEER}x", met=of_peer >= AIM_OF_PEER)


if __name__ == "__main__":
    main()
