"""What the worker tells a collector, on a port of its own: whether the ledgers of all clinics hold.

The numbers are read from the database when they are asked for, in the jobs role, which the servers need not
have: whichever worker is asked tells the same, and when a check was last made at all.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine

from api.commands.console import say
from api.sessions.ledger.queries import Totals, totals
from api.settings import Settings


class LedgerGauges(Collector):
    """The sums of all clinics; nothing of any one of them."""

    def __init__(self, jobs: Engine) -> None:
        self._jobs = jobs

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges as they stand."""
        with self._jobs.connect() as connection:
            found = totals(connection)
        for name, says, value in _gauges(found):
            yield GaugeMetricFamily(f"surefoot_ledger_{name}", says, value=value)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """What there will be, without asking for it."""
        for name, says, _ in _gauges(Totals(reports=0, causes=0, missing=0, stray=0, checked_at=None)):
            yield GaugeMetricFamily(f"surefoot_ledger_{name}", says)


@contextmanager
def measured(settings: Settings, jobs: Engine) -> Iterator[None]:
    """Tell a collector meanwhile, if the settings name a port."""
    if not settings.worker_metrics_port:
        yield
        return
    told = CollectorRegistry()
    told.register(LedgerGauges(jobs))
    host, port = settings.worker_metrics_host, settings.worker_metrics_port
    server, thread = start_http_server(port, host, told)
    say(f"Metrics on http://{host}:{port}/metrics.")
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _gauges(found: Totals) -> Iterator[tuple[str, str, float]]:
    yield "reports", "Red flags that were told, at the newest check of each clinic.", found.reports
    yield "causes", "Red flags that were put before a clinician.", found.causes
    yield (
        "missing",
        "Red flags of which nobody was told, or not all. Anything but 0 is a fault.",
        found.missing,
    )
    yield "stray", "Causes of alerts that nothing told. Anything but 0 is a fault.", found.stray
    checked = 0.0 if found.checked_at is None else found.checked_at.timestamp()
    yield (
        "checked_timestamp_seconds",
        "When the clinic was checked that was not for the longest time; 0 if none was.",
        checked,
    )
