import pytest


@pytest.fixture
def patient(clinic):
    """A patient of the clinic: the id."""
    return clinic.patient()


@pytest.fixture
def signer(clinic):
    """A member of staff."""
    return clinic.practitioner(may_sign=False)
