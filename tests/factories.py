"""Valid rows and callers; a test states only what matters to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from flask import Flask
from sqlalchemy import create_engine, pool

from api.access import actions
from api.access.tables import Role
from api.caller import CONSOLE, SCOPES, Caller
from api.patients import actions as patients
from tests.conformity import CheckedClient


def make_clinic(settings, name="Clinic"):
    """A clinic, committed: the jobs role makes clinics, and its connection is not rolled back."""
    engine = create_engine(settings.jobs_database_url, poolclass=pool.NullPool)
    with engine.begin() as connection:
        return actions.open_clinic(connection, name, moment=datetime.now(UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinic:
    """A clinic in a test, and what one does at its console."""

    id: UUID
    app: Flask

    @property
    def building(self):
        return self.app.extensions["surefoot"]

    def work(self, client_id=CONSOLE, scopes=SCOPES, moment=None):
        """Work in this clinic, to be committed by the test."""
        caller = Caller(clinic_id=self.id, client_id=client_id, scopes=frozenset(scopes))
        return self.building.work(caller, moment=moment or datetime.now(UTC), request_id="a-test")

    def register(self, *scopes, keys=None, name="A system"):
        """Register a client; its id and its secret."""
        work = self.work()
        new = actions.NewClient(name=name, scopes=frozenset(scopes or SCOPES), keys=keys)
        client_id, secret = actions.register_client(work, new)
        work.commit()
        return client_id, secret

    def practitioner(self, *, name="Giulia Conti", role=Role.PHYSIOTHERAPIST, may_sign=True):
        """Register a member of staff; the id."""
        work = self.work()
        new = actions.NewPractitioner(name=name, role=role, may_sign=may_sign)
        practitioner_id = actions.register_practitioner(work, new)
        work.commit()
        return practitioner_id

    def patient(self, *identifiers, **details):
        """Register a patient; the id."""
        work = self.work()
        patient_id = patients.register(work, details, identifiers)
        work.commit()
        return patient_id

    def token(self, client_id, *scopes, moment=None):
        """An access token, as the token endpoint would give it."""
        caller = Caller(clinic_id=self.id, client_id=client_id, scopes=frozenset(scopes or SCOPES))
        return self.building.gate.issue(caller, moment or datetime.now(UTC))

    def caller(self, *scopes):
        """A test client of a newly registered system with a token of these scopes, or of all."""
        client_id, _ = self.register(*scopes)
        return self.calling(self.token(client_id, *scopes))

    def calling(self, token):
        """A test client with this token."""
        return CheckedClient(self.app, headers={"Authorization": f"Bearer {token}"})
