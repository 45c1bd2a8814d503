"""A clinic's manager registers, renews and revokes the clinic's clients."""

import warnings

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import select

from api.database.audit import AuditEvent

NEW = {"name": "Ward system", "scopes": ["facts:write", "checks:run"]}


def token_status(anyone, client_id, secret):
    ask = {"data": {"grant_type": "client_credentials"}, "auth": (client_id, secret)}
    return anyone.post("/oauth/token", **ask).status_code


def test_a_registered_client_gets_its_token(caller, anyone):
    answer = caller.post("/v1/clients", json=NEW)
    assert answer.status_code == 201
    assert answer.json["scopes"] == ["checks:run", "facts:write"]
    assert answer.json["authentication"] == "client-secret"
    assert token_status(anyone, answer.json["client_id"], answer.json["client_secret"]) == 200
    shown = caller.get(answer.headers["Location"])
    assert "client_secret" not in shown.json
    assert shown.headers["ETag"] == answer.headers["ETag"]


def test_a_client_hands_out_no_scope_that_it_lacks(clinic):
    manager = clinic.caller("clients:manage", "facts:read")
    answer = manager.post("/v1/clients", json=NEW)
    assert answer.status_code == 403
    assert answer.json["missing_scopes"] == ["checks:run", "facts:write"]
    assert manager.post("/v1/clients", json=NEW | {"scopes": ["facts:read"]}).status_code == 201


def test_a_client_gets_no_secret_of_a_stronger_one(clinic):
    client_id, _ = clinic.register("facts:write")
    answer = clinic.caller("clients:manage").post(f"/v1/clients/{client_id}/rotate-secret")
    assert (answer.status_code, answer.json["missing_scopes"]) == (403, ["facts:write"])


def test_a_new_secret_ends_the_old_one(caller, anyone):
    made = caller.post("/v1/clients", json=NEW).json
    renewed = caller.post(f"/v1/clients/{made['id']}/rotate-secret").json
    assert renewed["client_secret"] != made["client_secret"]
    assert token_status(anyone, made["client_id"], made["client_secret"]) == 401
    assert token_status(anyone, made["client_id"], renewed["client_secret"]) == 200


def test_a_revoked_client_gets_no_token_and_stays_listed(caller, anyone):
    made = caller.post("/v1/clients", json=NEW).json
    revoked = caller.post(f"/v1/clients/{made['id']}/revoke").json
    assert revoked["revoked_at"]
    assert caller.post(f"/v1/clients/{made['id']}/revoke").json == revoked
    assert token_status(anyone, made["client_id"], made["client_secret"]) == 401
    assert caller.post(f"/v1/clients/{made['id']}/rotate-secret").status_code == 409
    assert made["id"] in {item["id"] for item in caller.get("/v1/clients").json["items"]}


def test_a_client_cannot_revoke_itself(clinic):
    client_id, _ = clinic.register("clients:manage")
    itself = clinic.calling(clinic.token(client_id, "clients:manage"))
    assert itself.post(f"/v1/clients/{client_id}/revoke").status_code == 409


def key_set(*keys, private=False):
    return {"keys": [key.as_dict(private=private) for key in keys]}


def test_a_client_with_keys_has_no_secret_to_rotate(caller):
    keys = key_set(ECKey.generate_key("P-384"))
    made = caller.post("/v1/clients", json=NEW | {"authentication": "private-key-jwt", "keys": keys})
    assert (made.status_code, made.json["client_secret"]) == (201, None)
    assert made.json["authentication"] == "private-key-jwt"
    assert caller.post(f"/v1/clients/{made.json['id']}/rotate-secret").status_code == 409


def short_key():
    with warnings.catch_warnings(action="ignore"):
        return RSAKey.generate_key(1024)


BAD_KEYS = {
    "a private key": key_set(ECKey.generate_key("P-256"), private=True),
    "a symmetric key": key_set(OctKey.generate_key(256), private=True),
    "a curve that no algorithm takes": key_set(ECKey.generate_key("P-521")),
    "a short RSA key": key_set(short_key()),
    "no key": {"keys": []},
    "six keys": key_set(*[ECKey.generate_key("P-256")] * 6),
    "not a list": {"keys": "x"},
    "not an object": [1],
    "a key that is no object": {"keys": [1]},
    "a key of no kind": {"keys": [{"kty": "XX"}]},
    "a broken key": {"keys": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}]},
}


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("keys", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_keys_that_cannot_be_used_are_refused(caller, keys):
    answer = caller.post("/v1/clients", json=NEW | {"authentication": "private-key-jwt", "keys": keys})
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [
        ("/keys", "not-a-key-set")
    ]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"authentication": "private-key-jwt"}, "required"),
        ({"keys": key_set(ECKey.generate_key("P-256"))}, "not-for-secret"),
    ],
)
def test_keys_go_with_the_authentication(caller, more, code):
    answer = caller.post("/v1/clients", json=NEW | more)
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [("/keys", code)]


def test_every_change_is_in_the_audit_trail_with_its_client(clinic):
    client_id, _ = clinic.register()
    caller = clinic.calling(clinic.token(client_id))
    made = caller.post("/v1/clients", json=NEW, headers={"X-Request-Id": "r-1"}).json
    caller.post(f"/v1/clients/{made['id']}/rotate-secret")
    caller.post(f"/v1/clients/{made['id']}/revoke")
    work = clinic.work()
    trail = work.db.execute(
        select(AuditEvent.action, AuditEvent.client_id, AuditEvent.request_id)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject_id == made["id"])
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    assert [row.action for row in trail] == ["client.registered", "client.secret-rotated", "client.revoked"]
    assert {row.client_id for row in trail} == {client_id}
    assert trail[0].request_id == "r-1"
