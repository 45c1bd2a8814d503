"""Counterfactuals and recommendations over HTTP, beside the plain check of the same facts.

The hardest search of all vignettes and exercises is held against the time that it may take.
"""

from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from itertools import repeat

import orjson

from api.clinical.knowledge import library
from api.clinical.knowledge.examples import observations
from api.settings import Settings
from bench.rig import load, patient
from bench.rig.place import Place, free_port, granian, place, served, token
from bench.rig.rounds import Measured, in_turn, report

ROUNDS = 12
SECONDS = 0.4
CONNECTIONS = 16
SERVED = Settings(database_url="")
ROME = timezone(timedelta(hours=1))
CLOSED = "walk-moderate"
AIM_OF_RECOMMENDATION = 0.33
AIM_OF_COUNTERFACTUAL = 0.33
HARDEST = ("V66", "raking")
MOST_MILLISECONDS = 200


def main() -> None:
    """Measure and print."""
    with place() as here:
        port = free_port()
        workers, threads = SERVED.web_workers, SERVED.web_threads
        service = granian("wsgi", "wsgi:app", port=port, workers=workers, threads=threads)
        with served(service, here.environment, here.folder, port):
            tell(measure(here, port))


def measure(here: Place, port: int) -> Measured:
    """Requests per second of the check, of recommendations and of counterfactuals.

    Raises:
        RuntimeError: the answers do not rest on the same findings, or nothing is to be opened.
    """
    as_of = (datetime.now(UTC) - timedelta(minutes=5)).astimezone(ROME).replace(microsecond=0)
    bearer = {"Authorization": f"Bearer {token(here, port)}"}
    facts = orjson.loads(patient.check(as_of))
    bodies = {"check": facts, "recommendation": facts, "counterfactual": {**facts, "exercise": CLOSED}}
    paths = {"check": "checks", "recommendation": "recommendations", "counterfactual": "counterfactuals"}
    asked = {
        name: load.request("POST", f"/v1/{paths[name]}", headers=bearer, body=orjson.dumps(body))
        for name, body in bodies.items()
    }
    answers = {name: orjson.loads(load.once(port, sent)) for name, sent in asked.items()}
    if len({answer["decision"] for answer in answers.values()}) > 1 or not answers["counterfactual"]["sets"]:
        raise RuntimeError("the three answers do not rest on the same facts")
    run = partial(load.requests_per_second, connections=CONNECTIONS, seconds=SECONDS)
    sides = {name: partial(run, port, repeat(sent)) for name, sent in asked.items()}
    hardest = load.request("POST", "/v1/counterfactuals", headers=bearer, body=hardest_search(as_of))
    alone = partial(load.requests_per_second, port, repeat(hardest), connections=1, seconds=SECONDS)
    return in_turn({**sides, "hardest": alone}, rounds=ROUNDS)


def hardest_search(as_of: datetime) -> bytes:
    """The vignette and the exercise with the most to search, on the wire."""
    vignette_id, exercise_id = HARDEST
    release = library.load()
    (vignette,) = (one for one in release.vignettes if one["id"] == vignette_id)
    flat = vignette["only"] if "only" in vignette else {**release.base, **vignette["facts"]}
    facts = {one.name: patient.fact(one) for one in observations(release, flat, as_of)}
    moment = as_of.isoformat()
    body = {"kind": vignette["kind"], "as_of": moment, "observed_at": moment, "facts": facts}
    return orjson.dumps({**body, "exercise": exercise_id})


def tell(measured: Measured) -> None:
    """Print the ratios."""
    aims = {"recommendation": AIM_OF_RECOMMENDATION, "counterfactual": AIM_OF_COUNTERFACTUAL}
    for name, aim in aims.items():
        ratio = measured.ratio(name, "check")
        medians = f"{measured.median(name):.0f}/s; plain check {measured.median('check'):.0f}/s"
        report(name, f"{ratio:.2f}", medians, aim=f"≥ {aim:.2f}", met=ratio >= aim)
    took = 1000 / measured.median("hardest")
    part = took / MOST_MILLISECONDS
    words = f"{took:.0f} ms; it may take {MOST_MILLISECONDS} ms"
    report("counterfactual-hard", f"{part:.2f}", words, aim="≤ 1", met=part <= 1)


if __name__ == "__main__":
    main()
