"""Webhooks are registered, changed and disabled by their clinic alone, and their secrets are shown once."""

from uuid import uuid4

import pytest
from sqlalchemy import select, text

from api.database.audit import AuditEvent
from api.database.outbox import EventName
from api.webhooks.actions import MOST_ENDPOINTS

URL = "https://hooks.clinic.example/surefoot"


def registered(caller, **details):
    answer = caller.post("/v1/webhooks", json={"url": URL, **details})
    assert answer.status_code == 201, answer.text
    return answer


def test_a_webhook_is_registered_with_a_secret_that_is_shown_once(caller):
    answer = registered(caller, events=["alert.raised", "alert.changed", "alert.raised"])
    made = answer.json
    assert made["secret"].startswith("whsec_")
    assert made["events"] == ["alert.changed", "alert.raised"]
    assert made["state"] == "enabled"
    assert answer.headers["Location"] == f"/v1/webhooks/{made['id']}"
    shown = caller.get(answer.headers["Location"])
    assert shown.headers["ETag"] == answer.headers["ETag"] == '"1"'
    assert shown.json == {name: value for name, value in made.items() if name != "secret"}
    assert caller.get("/v1/webhooks").json["items"] == [shown.json]


def test_a_replayed_registration_does_not_show_the_secret_again(caller):
    request = {"json": {"url": URL}, "headers": {"Idempotency-Key": "once"}}
    first, again = (caller.post("/v1/webhooks", **request) for _ in range(2))
    assert again.json == first.json | {"secret": None}


def test_no_secret_is_in_the_database_or_in_the_log(caller, clinic, caplog):
    with caplog.at_level("DEBUG"):
        made = registered(caller).json
        rotated = caller.post(f"/v1/webhooks/{made['id']}/rotate-secret").json
    assert rotated["secret"] != made["secret"]
    tables = ("webhook_endpoints", "idempotency_keys", "audit_events", "events")
    work = clinic.work()
    kept = "".join(
        str(work.db.execute(text(f"SELECT * FROM {table} WHERE {table}.clinic_id = '{clinic.id}'")).all())
        for table in tables
    )
    work.abandon()
    for secret in (made["secret"], rotated["secret"]):
        assert secret.removeprefix("whsec_") not in kept + caplog.text
        assert secret not in caller.get(f"/v1/webhooks/{made['id']}").text + caller.get("/v1/webhooks").text


def test_secrets_differ_between_webhooks_and_clinics(caller, other_clinic):
    secrets = {
        registered(caller).json["secret"],
        registered(caller).json["secret"],
        registered(other_clinic.caller()).json["secret"],
    }
    assert len(secrets) == 3


def test_a_webhook_is_changed_from_the_version_that_was_read(caller):
    made = registered(caller)
    address = made.headers["Location"]
    change = {"url": "https://other.example:8443/x?y=1", "events": None, "description": "Ward 2"}
    changed = caller.patch(address, json=change, headers={"If-Match": made.headers["ETag"]})
    assert changed.status_code == 200
    assert {name: changed.json[name] for name in change} == change
    assert changed.headers["ETag"] == '"2"'
    assert caller.patch(address, json={}, headers={"If-Match": '"1"'}).status_code == 412


def test_a_webhook_is_disabled_and_enabled_again(caller):
    address = registered(caller).headers["Location"]
    disabled = caller.delete(address)
    assert (disabled.json["state"], disabled.json["disabled_because"]) == ("disabled", "asked")
    assert caller.delete(address).headers["ETag"] == disabled.headers["ETag"]
    assert caller.post(f"{address}/test").status_code == 409
    assert caller.post(f"{address}/redeliver", json={"since": "2026-01-01T00:00:00Z"}).status_code == 409
    match = {"If-Match": disabled.headers["ETag"]}
    enabled = caller.patch(address, json={"state": "enabled"}, headers=match)
    assert (enabled.json["state"], enabled.json["disabled_because"]) == ("enabled", None)
    match = {"If-Match": enabled.headers["ETag"]}
    disabled = caller.patch(address, json={"state": "disabled", "description": "Off"}, headers=match)
    assert (disabled.json["state"], disabled.json["description"]) == ("disabled", "Off")


def test_a_clinic_has_so_many_webhooks_and_no_more(caller):
    addresses = [registered(caller).headers["Location"] for _ in range(MOST_ENDPOINTS)]
    assert caller.post("/v1/webhooks", json={"url": URL}).status_code == 409
    disabled = caller.delete(addresses[0])
    registered(caller)
    enabled = {"json": {"state": "enabled"}, "headers": {"If-Match": disabled.headers["ETag"]}}
    assert caller.patch(addresses[0], **enabled).status_code == 409


def test_what_is_done_to_webhooks_is_in_the_audit_trail(caller, clinic):
    address = registered(caller).headers["Location"]
    caller.post(f"{address}/rotate-secret")
    caller.delete(address)
    work = clinic.work()
    acts = work.db.scalars(
        select(AuditEvent.action)
        .where(AuditEvent.clinic_id == clinic.id, AuditEvent.subject == "webhook")
        .order_by(AuditEvent.id)
    ).all()
    work.abandon()
    assert acts == ["webhook.registered", "webhook.secret-rotated", "webhook.disabled"]


def test_another_clinics_webhooks_and_deliveries_are_not_there(caller, other_clinic):
    address = registered(other_clinic.caller()).headers["Location"]
    for method, path, body in (
        ("GET", "", None),
        ("PATCH", "", {"description": "Mine"}),
        ("DELETE", "", None),
        ("POST", "/rotate-secret", None),
        ("POST", "/test", None),
        ("POST", "/redeliver", {"since": "2026-01-01T00:00:00Z"}),
        ("GET", "/deliveries", None),
        ("POST", f"/deliveries/{uuid4()}/redeliver", None),
    ):
        answer = caller.open(address + path, method=method, json=body, headers={"If-Match": '"1"'})
        assert answer.status_code == 404, (method, path)
    assert caller.get("/v1/webhooks").json["items"] == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.clinic.example/x", "not-https"),
        ("https://hooks.clinic.example:22/x", "port"),
        ("https://127.0.0.1/x", "not-public"),
        ("https://10.1.2.3/x", "not-public"),
        ("https://169.254.169.254/latest/meta-data", "not-public"),
        ("https://100.64.0.1/x", "not-public"),
        ("https://[::1]/x", "not-public"),
        ("https://[::ffff:127.0.0.1]/x", "not-public"),
        ("https://[64:ff9b::7f00:1]/x", "not-public"),
        ("https://[fe80::1]/x", "not-public"),
        ("https://2130706433/x", "not-public"),
        ("https://0x7f000001/x", "not-public"),
        ("https://0x7f.1/x", "not-public"),
        ("https://0177.0.0.1/x", "not-public"),
        ("https://127.1/x", "not-public"),
        ("https://localhost/x", "not-public"),
        ("https://database.internal/x", "not-public"),
        ("https://intranet/x", "not-public"),
        ("https://user:password@hooks.clinic.example/x", "not-a-url"),
        ("https://hooks.clinic.example/x#part", "not-a-url"),
        ("https://hooks.clinic.example\\@127.0.0.1/x", "not-a-url"),
        ("https://127.0.0.1\\.hooks.clinic.example/x", "not-a-url"),
        ("ftp://hooks.clinic.example/x", "wrong-form"),
        ("https://hööks.example/x", "wrong-form"),
        ("https:///x", "not-a-url"),
    ],
)
def test_an_address_that_may_not_be_called_is_not_registered(caller, url, code):
    made = registered(caller)
    answer = caller.post("/v1/webhooks", json={"url": url})
    assert answer.status_code == 422
    assert [(fault["pointer"], fault["code"]) for fault in answer.json["errors"]] == [("/url", code)]
    change = {"json": {"url": url}, "headers": {"If-Match": made.headers["ETag"]}}
    assert caller.patch(made.headers["Location"], **change).status_code == 422


@pytest.mark.parametrize(
    "url", ["https://8.8.8.8/x", "https://[2606:4700::1111]/x", "https://a.example.:8443"]
)
def test_a_public_address_is_registered(caller, url):
    assert caller.post("/v1/webhooks", json={"url": url}).json["url"] == url


def test_the_document_has_every_event_with_its_message(app, anyone):
    document = anyone.get("/openapi/v1.json").json
    assert set(document["webhooks"]) == {name.value for name in EventName}
    for described in document["webhooks"].values():
        content = described["post"]["requestBody"]["content"]["application/json"]
        assert content["schema"] == {"$ref": "#/components/schemas/EventMessage"}
