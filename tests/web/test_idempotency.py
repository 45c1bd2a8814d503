"""The same POST under the same key happens once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from api.access.tables import Practitioner

NURSE = {"name": "Ada", "role": "nurse"}


def staff_count(clinic):
    work = clinic.work()
    try:
        counted = select(func.count()).select_from(Practitioner).where(Practitioner.clinic_id == clinic.id)
        return work.db.scalar(counted)
    finally:
        work.abandon()


def test_a_replay_gives_the_stored_answer(caller, clinic):
    first = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    again = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.data == first.data
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert (again.headers["Location"], again.headers["ETag"]) == (
        first.headers["Location"],
        first.headers["ETag"],
    )
    assert staff_count(clinic) == 1


def test_the_same_key_with_another_body_is_refused(caller, clinic):
    caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    answer = caller.post("/v1/staff", json=NURSE | {"name": "Bea"}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json["type"]) == (422, "/problems/idempotency-key-reused")
    assert staff_count(clinic) == 1


def test_the_same_key_at_another_address_is_refused(caller):
    new = {"name": "A", "scopes": ["staff:read"]}
    caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    assert caller.post("/v1/clients", json=new, headers={"Idempotency-Key": "k"}).status_code == 422


def test_without_a_key_the_same_request_happens_twice(caller, clinic):
    caller.post("/v1/staff", json=NURSE)
    caller.post("/v1/staff", json=NURSE)
    assert staff_count(clinic) == 2


def test_another_client_may_use_the_same_key(clinic):
    for caller in (clinic.caller(), clinic.caller()):
        answer = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
        assert "Idempotent-Replayed" not in answer.headers
    assert staff_count(clinic) == 2


def test_a_refused_request_leaves_its_key_free(caller):
    refused = caller.post("/v1/staff", json={"name": "Ada"}, headers={"Idempotency-Key": "k"})
    assert refused.status_code == 422
    assert caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"}).status_code == 201


def test_a_key_is_not_claimed_without_the_scope(clinic):
    client_id, _ = clinic.register()
    poor = clinic.calling(clinic.token(client_id, "staff:read"))
    rich = clinic.calling(clinic.token(client_id, "staff:manage"))
    assert poor.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"}).status_code == 403
    answer = rich.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"})
    assert answer.status_code == 201
    assert "Idempotent-Replayed" not in answer.headers
    assert poor.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"}).status_code == 403


@pytest.mark.parametrize("key", ["", "with space", "x" * 201, "é"])
def test_a_malformed_key_is_refused(caller, key):
    answer = caller.post("/v1/staff", json=NURSE, headers={"Idempotency-Key": key})
    assert answer.status_code == 400


def test_a_secret_is_shown_once_and_never_stored(caller):
    new = {"name": "A", "scopes": ["staff:read"]}
    first = caller.post("/v1/clients", json=new, headers={"Idempotency-Key": "k"})
    again = caller.post("/v1/clients", json=new, headers={"Idempotency-Key": "k"})
    assert first.json["client_secret"].startswith("sfs_")
    assert again.json == first.json | {"client_secret": None}


def test_four_at_once_make_one_row_and_three_replays(live_clinic):
    caller_token = live_clinic.token(live_clinic.register()[0])

    def post(_):
        return live_clinic.calling(caller_token).post(
            "/v1/staff", json=NURSE, headers={"Idempotency-Key": "k"}
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(post, range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.data for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer.headers for answer in answers) == 3
    assert staff_count(live_clinic) == 1
