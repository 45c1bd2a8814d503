import pytest

from tests.prescriptions.conftest import clock, lasting  # noqa: F401 - fixtures
from tests.sessions.ledgers import flagged, owner  # noqa: F401 - fixtures
from tests.webhooks.conftest import private, receiver, register, worker  # noqa: F401 - fixtures


@pytest.fixture
def patient(caller):
    """The address of a patient of whom nothing is known but the zone."""
    made = caller.post("/v1/patients", json={"birth_date": "1964-03-09", "time_zone": "Europe/Rome"})
    return made.headers["Location"]
