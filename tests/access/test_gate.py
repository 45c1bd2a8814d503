"""A bearer token is a caller, or nobody."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from api.access.tables import Client
from api.errors import Unauthenticated
from api.settings import new_signing_keys
from api.web.bearer import REMEMBERED_TOKENS, Gate, read_keys


def challenge(answer):
    assert answer.status_code == 401
    return answer.headers["WWW-Authenticate"]


def test_without_a_token_one_is_asked_for(anyone):
    assert challenge(anyone.get("/v1/staff")) == 'Bearer realm="surefoot"'


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer a.b.c d", "x" * 9000]
)
def test_what_is_no_token_is_refused(anyone, header):
    assert 'error="invalid_token"' in challenge(anyone.get("/v1/staff", headers={"Authorization": header}))


def test_an_expired_token_is_refused(clinic):
    client_id, _ = clinic.register()
    old = clinic.token(client_id, moment=datetime.now(UTC) - timedelta(seconds=301))
    assert "expired" in challenge(clinic.calling(old).get("/v1/staff"))


def test_a_token_of_another_service_is_refused(clinic, settings):
    client_id, _ = clinic.register()
    work = clinic.work(client_id)
    for keys, issuer in (
        (new_signing_keys(), settings.issuer),
        (settings.signing_keys, "https://else.example"),
    ):
        stranger = Gate(read_keys(keys), issuer=issuer, standing=lambda _: True)
        token = stranger.issue(work.caller, datetime.now(UTC))
        assert "invalid_token" in challenge(clinic.calling(token).get("/v1/staff"))


def test_a_token_by_the_next_or_previous_key_counts(clinic, settings):
    client_id, _ = clinic.register()
    work = clinic.work(client_id, {"staff:read"})
    for position in (1, 2):
        keys = read_keys(settings.signing_keys)
        keys.keys = keys.keys[position:] + keys.keys[:position]
        token = Gate(keys, issuer=settings.issuer, standing=lambda _: True).issue(
            work.caller, datetime.now(UTC)
        )
        assert clinic.calling(token).get("/v1/staff").status_code == 200


def test_a_revoked_client_is_refused(clinic):
    client_id, _ = clinic.register()
    caller = clinic.calling(clinic.token(client_id))
    manager = clinic.caller("clients:manage")
    manager.post(f"/v1/clients/{client_id}/revoke")
    assert "revoked" in challenge(caller.get("/v1/staff"))


def test_a_client_that_does_not_exist_is_refused(clinic, other_clinic):
    client_id, _ = other_clinic.register()
    assert "revoked" in challenge(clinic.calling(clinic.token(client_id)).get("/v1/staff"))


def test_a_token_that_was_seen_before_is_not_looked_up_again(clinic, statements):
    caller = clinic.caller("staff:read")
    with statements.at_most(2):
        caller.get("/v1/staff")
    with statements.at_most(1):
        caller.get("/v1/staff")


def test_a_revoked_client_is_forgotten_after_a_minute(clinic):
    client_id, _ = clinic.register()
    gate, now = clinic.building.gate, datetime.now(UTC)
    header = f"Bearer {clinic.token(client_id, moment=now)}"

    def admit(moment):
        works = []

        def open_work(caller):
            works.append(clinic.work(caller.client_id))
            return works[-1]

        try:
            return gate.admit(header, moment, open_work)
        finally:
            for work in works:
                work.abandon()

    admit(now)
    work = clinic.work()
    work.db.execute(
        update(Client).where(Client.clinic_id == clinic.id, Client.id == client_id).values(revoked_at=now)
    )
    work.commit()
    assert admit(now + timedelta(seconds=59))
    with pytest.raises(Unauthenticated, match="revoked"):
        admit(now + timedelta(seconds=60))


def test_the_memory_of_tokens_is_bounded(clinic, monkeypatch):
    monkeypatch.setattr("api.web.bearer.REMEMBERED_TOKENS", 3)
    gate = clinic.building.gate
    client_id, _ = clinic.register()
    gate._remembered.clear()
    for _ in range(5):
        assert clinic.calling(clinic.token(client_id)).get("/v1/staff").status_code == 200
    assert len(gate._remembered) == 3 < REMEMBERED_TOKENS


def test_a_missing_scope_is_named(clinic):
    answer = clinic.caller("facts:write").get("/v1/staff")
    assert answer.status_code == 403
    assert answer.json["missing_scopes"] == ["staff:read"]
    assert "staff:read" in answer.json["detail"]
    assert 'scope="staff:read"' in answer.headers["WWW-Authenticate"]


def test_managing_implies_reading(clinic):
    assert clinic.caller("staff:manage").get("/v1/staff").status_code == 200
