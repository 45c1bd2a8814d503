import pytest

from tests.prescriptions.wire import on_file


@pytest.fixture
def patient(caller):
    """The address of a patient on file with every screen clear and the core facts, seen an hour ago."""
    return on_file(caller)


@pytest.fixture
def signer(clinic):
    """A member of staff who may sign."""
    return str(clinic.practitioner())
