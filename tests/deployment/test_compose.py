"""The compose file describes the service that the code is."""

import re
import stat

import pytest
import yaml

from api.settings import REPOSITORY


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


def test_api_and_worker_wait_for_the_migrations_and_these_for_the_database(compose):
    services = compose["services"]
    assert set(services) == {"postgres", "migrate", "api", "worker"}
    assert services["postgres"]["image"] == "postgres:18"
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in ("api", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_only_the_migrations_know_the_owner(compose):
    owners = {
        name
        for name, service in compose["services"].items()
        if "OWNER_DATABASE_URL" in service.get("environment", {})
    }
    assert owners == {"migrate"}


def test_what_the_compose_file_asks_for_is_in_the_example(compose):
    text = (REPOSITORY / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{(\w+)", text))
    example = set(re.findall(r"^(\w+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE))
    assert asked == example


def test_every_file_that_is_mounted_is_there(compose):
    mounts = [volume for service in compose["services"].values() for volume in service.get("volumes", [])]
    files = [mount.split(":")[0] for mount in mounts if mount.startswith("./")]
    assert files
    assert all((REPOSITORY / file).is_file() for file in files)
    assert (REPOSITORY / "docker" / "create-roles.sh").stat().st_mode & stat.S_IXOTH


def test_no_password_is_in_the_repository(compose):
    example = (REPOSITORY / ".env.example").read_text()
    assert re.findall(r"PASSWORD=(.+)", example) == []
    passwords = [
        value
        for service in compose["services"].values()
        for name, value in service.get("environment", {}).items()
        if name.endswith("PASSWORD")
    ]
    assert passwords
    assert all(value.startswith("${") for value in passwords)
