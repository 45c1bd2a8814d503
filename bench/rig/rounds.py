"""Measures several sides in turn, so that noise on the machine falls on all of them alike."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import NamedTuple

MICRO = 1e6


class Measured(NamedTuple):
    """What each side took or reached, by round."""

    rounds: Mapping[str, list[float]]

    def median(self, side: str) -> float:
        """The median of a side."""
        return median(self.rounds[side])

    def ratio(self, side: str, other: str) -> float:
        """The median, over the rounds, of one side divided by the other in the same round."""
        pairs = zip(self.rounds[side], self.rounds[other], strict=True)
        return median(one / another for one, another in pairs)


def in_turn(sides: Mapping[str, Callable[[], float]], *, rounds: int) -> Measured:
    """Run every side once a round, after one round that does not count; every second round backwards.

    Args:
        sides: by name; each returns its figure.
        rounds: how many count.
    """
    found: dict[str, list[float]] = {name: [] for name in sides}
    order = list(sides)
    for number in range(rounds + 1):
        for name in order:
            figure = sides[name]()
            if number:
                found[name].append(figure)
        order.reverse()
    return Measured(found)


def timed(call: Callable[[], object], *, seconds: float = 0.05) -> Callable[[], float]:
    """A side that gives the microseconds of processor time of one call, over as many as fit into the time."""
    call()
    started = time.perf_counter()
    call()
    calls = max(1, int(seconds / max(time.perf_counter() - started, 1e-7)))

    def side() -> float:
        before = time.process_time()
        for _ in range(calls):
            call()
        return (time.process_time() - before) / calls * MICRO

    return side


def report(name: str, figure: str, medians: str, *, aim: str = "", met: bool = False) -> None:
    """Print the line of a benchmark."""
    verdict = f"(aim {aim}: {'met' if met else 'NOT MET'})" if aim else "(no aim)"
    print(f"{name:<18} {figure:>7}  {verdict}  {medians}", flush=True)
