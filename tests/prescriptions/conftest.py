from datetime import timedelta

import pytest

from api.web.request import Request
from tests.prescriptions import wire
from tests.prescriptions.wire import on_file

LASTING = timedelta(days=3650)


class Clock:
    """The moment at which requests come, as a test says it."""

    def __init__(self, now):
        self.now = now

    def forward(self, **how_long):
        """Let time pass."""
        self.now += timedelta(**how_long)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until it is moved."""
    clock = Clock(wire.now())
    monkeypatch.setattr(Request, "moment", property(lambda _: clock.now))
    monkeypatch.setattr(wire, "now", lambda: clock.now)
    return clock


@pytest.fixture
def lasting(clinic):
    """A client of the clinic whose token outlives every test."""
    client_id, _ = clinic.register()
    return clinic.calling(clinic.token(client_id, moment=wire.now() + LASTING))


@pytest.fixture
def patient(caller):
    """The address of a patient on file with every screen clear and the core facts, seen an hour ago."""
    return on_file(caller)


@pytest.fixture
def signer(clinic):
    """A member of staff who may sign."""
    return str(clinic.practitioner())
