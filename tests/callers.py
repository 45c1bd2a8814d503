"""Fixtures of the whole service: two clinics, and callers whose every answer is held against the document."""

import pytest

from tests.conformity import CheckedClient
from tests.factories import Clinic, make_clinic


@pytest.fixture(scope="session")
def clinic_ids(settings):
    return make_clinic(settings, "Here"), make_clinic(settings, "Elsewhere")


@pytest.fixture
def clinic(app, clinic_ids):
    """A clinic, empty at the start of every test."""
    return Clinic(id=clinic_ids[0], app=app)


@pytest.fixture
def other_clinic(app, clinic_ids):
    """Another clinic."""
    return Clinic(id=clinic_ids[1], app=app)


@pytest.fixture
def caller(clinic):
    """A client of the clinic with every scope."""
    return clinic.caller()


@pytest.fixture
def anyone(app):
    """Someone without a token."""
    return CheckedClient(app)


@pytest.fixture
def live_app(fresh_database):
    """The service on a database of this test's own, with real commits and several connections."""
    from api.app import create_app  # noqa: PLC0415 - tests of the medicine need no service

    app = create_app(fresh_database)
    yield app
    app.extensions["surefoot"].engine.dispose()


@pytest.fixture
def live_clinic(live_app, fresh_database):
    """A clinic in a database of this test's own."""
    return Clinic(id=make_clinic(fresh_database), app=live_app)
