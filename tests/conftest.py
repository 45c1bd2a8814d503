"""One embedded server per test process, migrated once; each test is rolled back or has its own copy."""

import ipaddress
import shutil
import socket
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import hypothesis
import orjson
import pytest
from sqlalchemy import create_engine, pool

from api.settings import Settings, embedded_url, new_signing_keys, new_webhook_key
from tests import rolled_back  # noqa: F401 - registers the dialect

pytest_plugins = ["tests.browser", "tests.callers", "tests.statements"]

hypothesis.settings.register_profile("suite", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("suite")

TEMPLATE = "surefoot"
SUITE = "surefoot_suite"


@pytest.fixture(scope="session", autouse=True)
def no_network():
    """Only this machine is reachable: a test that needs more is broken."""
    connect = socket.socket.connect

    def connect_locally(self, address):
        if self.family != socket.AF_UNIX and not _is_loopback(address[0]):
            raise RuntimeError(f"a test reached for the network: {address!r}")
        return connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_locally)
        yield


def _is_loopback(host):
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


@pytest.fixture(scope="session")
def server():
    """The data directory of a running server whose database `surefoot` has every migration, made by them."""
    from api.database import embedded, migrations  # noqa: PLC0415 - tests of the medicine need no database

    folder = Path(tempfile.mkdtemp(prefix="surefoot-tests-")).resolve()
    data = folder / "postgres"
    try:
        with embedded.running(data, embedded.THROWAWAY):
            migrations.upgrade(embedded_url(data, "surefoot_owner", TEMPLATE))
            yield data
    finally:
        shutil.rmtree(folder)


@contextmanager
def _copy_of_template(data, name):
    from api.database import embedded  # noqa: PLC0415

    with embedded.superuser_connection(data) as connection:
        embedded.create_database(connection, name, template=TEMPLATE)
        yield Settings(
            database_url=embedded_url(data, "surefoot_app", name),
            owner_database_url=embedded_url(data, "surefoot_owner", name),
            jobs_database_url=embedded_url(data, "surefoot_jobs", name),
            embedded=True,
            var=data.parent,
            signing_keys_file=data.parent / "signing-keys.json",
            signing_keys=new_signing_keys(),
            webhook_key=new_webhook_key().strip(),
        )
        embedded.drop_database(connection, name)


@pytest.fixture(scope="session")
def settings(server):
    """The settings of the suite: the application connects as its own role, under row-level security."""
    with _copy_of_template(server, SUITE) as settings:
        yield settings


@pytest.fixture
def fresh_database(server, settings):
    """Settings for a database of this test's own, for real commits and several connections at once."""
    with _copy_of_template(server, f"surefoot_{uuid4().hex[:12]}") as own:
        yield replace(own, signing_keys=settings.signing_keys)


@pytest.fixture(scope="session")
def suite_engine(settings):
    """The one connection of the application; its transactions are savepoints."""
    url = settings.database_url.replace("postgresql+psycopg:", "postgresql+rolled_back:")
    engine = create_engine(
        url,
        poolclass=pool.StaticPool,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
        connect_args={"options": "-c timezone=UTC"},
    )
    yield engine
    engine.dispose()


@pytest.fixture
def engine(suite_engine):
    """The application's engine; what a test writes through it is rolled back after the test."""
    yield suite_engine
    connection = suite_engine.raw_connection()
    suite_engine.dialect.depth = 0
    connection.driver_connection.rollback()
    connection.close()


@pytest.fixture(scope="session")
def suite_app(settings, suite_engine):
    """The whole service, built once."""
    from api.app import create_app  # noqa: PLC0415

    return create_app(settings, engine=suite_engine)


@pytest.fixture
def app(suite_app, engine):
    """The whole service, on a database that this test leaves as it found it; no address has asked yet."""
    suite_app.extensions["surefoot"].rates.forget()
    return suite_app
