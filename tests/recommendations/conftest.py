from datetime import UTC, datetime, timedelta

import pytest

from tests.checks.wire import screened


@pytest.fixture
def patient(caller):
    """The address of a patient on file with every screen clear and the core facts, seen an hour ago."""
    made = caller.post("/v1/patients", json={"birth_date": "1964-03-09", "time_zone": "Europe/Rome"})
    assert made.status_code == 201, made.text
    where = made.headers["Location"]
    seen = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    told = caller.post(f"{where}/facts", json={"observed_at": seen, "facts": screened()["facts"]})
    assert told.status_code == 200, told.text
    return where
