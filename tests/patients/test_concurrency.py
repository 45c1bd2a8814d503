from concurrent.futures import ThreadPoolExecutor

import pytest

AT = "2026-01-10T09:00:00+01:00"
AT_ONCE = 6


@pytest.fixture
def token(live_clinic):
    client_id, _ = live_clinic.register()
    return live_clinic.token(client_id)


def at_once(live_clinic, token, request):
    """The answers to a request that several callers send at the same time, each with its own number."""

    def send(number):
        return request(live_clinic.calling(token), number)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send, range(AT_ONCE)))


def test_simultaneous_upserts_make_one_patient(live_clinic, token):
    body = {"birth_date": "1958-03-09", "identifiers": [{"system": "ward", "value": "7"}]}
    answers = at_once(
        live_clinic, token, lambda caller, _: caller.put("/v1/patients/by-identifier/mrn/1", json=body)
    )
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    assert len({answer.json["id"] for answer in answers}) == 1
    caller = live_clinic.calling(token)
    assert len(caller.get("/v1/patients").json["items"]) == 1


def test_simultaneous_changes_lose_nothing(live_clinic, token):
    patient = live_clinic.calling(token).post("/v1/patients", json={}).headers["Location"]
    answers = at_once(
        live_clinic,
        token,
        lambda caller, number: caller.patch(
            patient, json={"name": {"given": [str(number)]}}, headers={"If-Match": '"1"'}
        ),
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (AT_ONCE - 1)


def test_the_same_facts_sent_at_once_are_kept_once(live_clinic, token):
    patient = live_clinic.calling(token).post("/v1/patients", json={}).headers["Location"]
    facts = {"lops_left": {"value": "yes"}, "pain_nrs": {"value": 3, "source_record_id": "r1"}}
    answers = at_once(
        live_clinic,
        token,
        lambda caller, _: caller.post(f"{patient}/facts", json={"observed_at": AT, "facts": facts}),
    )
    results = [one for answer in answers for one in answer.json["results"]]
    assert sorted(one["result"] for one in results) == ["accepted"] * 2 + ["duplicate"] * 2 * (AT_ONCE - 1)
    assert len({one["fact_id"] for one in results}) == 2
    assert len(live_clinic.calling(token).get(f"{patient}/facts").json["items"]) == 2


def test_corrections_of_one_record_at_once_follow_each_other(live_clinic, token):
    patient = live_clinic.calling(token).post("/v1/patients", json={}).headers["Location"]

    def correct(caller, number):
        fact = {"value": number, "source_record_id": "r1"}
        return caller.post(f"{patient}/facts", json={"observed_at": AT, "facts": {"pain_nrs": fact}})

    answers = at_once(live_clinic, token, correct)
    assert {answer.status_code for answer in answers} == {200}
    history = live_clinic.calling(token).get(f"{patient}/facts").json["items"]
    assert sorted(fact["status"] for fact in history) == ["corrected"] * (AT_ONCE - 1) + ["on-file"]


def test_an_error_marked_at_once_is_marked_once(live_clinic, token):
    caller = live_clinic.calling(token)
    patient = caller.post("/v1/patients", json={}).headers["Location"]
    body = {"observed_at": AT, "facts": {"lops_left": {"value": "yes"}}}
    (fact,) = caller.post(f"{patient}/facts", json=body).json["results"]
    answers = at_once(
        live_clinic,
        token,
        lambda one, number: one.post(
            f"{patient}/facts/{fact['fact_id']}/entered-in-error", json={"reason": f"Reason {number}."}
        ),
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json["taken_back"]["reason"] for answer in answers}) == 1
