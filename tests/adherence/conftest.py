from datetime import timedelta

import pytest

from tests.adherence import wire
from tests.prescriptions.conftest import clock, lasting, signer  # noqa: F401 - the same here
from tests.prescriptions.wire import on_file

BACK = 60


@pytest.fixture
def past(clock):  # noqa: F811 a fixture by its name
    """The clock, put back by two months, at noon."""
    clock.now = clock.now.replace(hour=11, minute=0, second=0, microsecond=0) - timedelta(days=BACK)
    return clock


@pytest.fixture
def patient(lasting, past):  # noqa: F811 a fixture by its name
    """The address of a patient on file, two months ago."""
    return on_file(lasting)


@pytest.fixture
def plan(lasting, patient, signer):  # noqa: F811 a fixture by its name
    """Aerobic, five times twenty minutes a week, from that day on."""
    return wire.signed(lasting, patient, signer)
