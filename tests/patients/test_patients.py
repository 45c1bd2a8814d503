from datetime import UTC, datetime, timedelta

import pytest

from api.clinical.knowledge import library
from api.patients.tables import SexForReference

SYSTEM = "https://hospital.example/patients"
BY_IDENTIFIER = "/v1/patients/by-identifier/https%3A%2F%2Fhospital.example%2Fpatients/12345"
MARIA = {
    "identifiers": [{"system": SYSTEM, "value": "12345"}],
    "name": {"family": "Rossi", "given": ["Maria", "Anna"]},
    "birth_date": "1958-03-09",
    "sex_for_reference": "female",
    "time_zone": "Europe/Rome",
    "language": "it",
}


def registered(caller, **details):
    answer = caller.post("/v1/patients", json=details)
    assert answer.status_code == 201, answer.text
    return answer


def changed(caller, patient, change):
    return caller.patch(
        f"/v1/patients/{patient.json['id']}", json=change, headers={"If-Match": patient.headers["ETag"]}
    )


def refused(answer):
    assert answer.status_code == 422, answer.text
    return {(fault["pointer"], fault["code"]) for fault in answer.json["errors"]}


def test_a_patient_is_registered_and_shown(caller):
    answer = registered(caller, **MARIA)
    assert {name: answer.json[name] for name in MARIA} == MARIA
    shown = caller.get(answer.headers["Location"])
    assert (shown.json, shown.headers["ETag"]) == (answer.json, '"1"')


def test_nothing_is_assumed_of_a_patient_but_utc(caller):
    shown = registered(caller).json
    unknown = ("name", "birth_date", "sex_for_reference", "language")
    assert [shown[name] for name in unknown] == [None] * 4
    assert (shown["identifiers"], shown["time_zone"]) == ([], "Etc/UTC")


@pytest.mark.parametrize(
    ("details", "pointer", "code"),
    [
        ({"birth_date": "1958-3-9"}, "/birth_date", "not-a-date"),
        ({"birth_date": "1850-01-01"}, "/birth_date", "out-of-range"),
        ({"birth_date": "2999-01-01"}, "/birth_date", "in-the-future"),
        ({"sex_for_reference": "unknown"}, "/sex_for_reference", "not-in-the-list"),
        ({"time_zone": "+01:00"}, "/time_zone", "fixed-offset"),
        ({"time_zone": None}, "/time_zone", "null"),
        ({"language": "italiano!"}, "/language", "wrong-form"),
        ({"name": {}}, "/name", "empty"),
        ({"name": {"family": " "}}, "/name/family", "empty"),
        ({"name": "Maria"}, "/name", "type"),
        ({"identifiers": [{"system": "x"}]}, "/identifiers/0/value", "required"),
        ({"identifiers": [{"system": "x", "value": 5}]}, "/identifiers/0/value", "not-a-text"),
        ({"age": 5}, "/age", "unknown"),
    ],
)
def test_what_cannot_be_of_a_patient_is_refused(caller, details, pointer, code):
    assert refused(caller.post("/v1/patients", json=details)) == {(pointer, code)}


def test_all_faults_of_a_patient_are_told_at_once(caller):
    body = {"birth_date": "x", "sex_for_reference": "x", "name": {"given": [""]}, "x": 1}
    assert {pointer for pointer, _ in refused(caller.post("/v1/patients", json=body))} == {
        "/birth_date",
        "/sex_for_reference",
        "/name/given/0",
        "/x",
    }


def test_an_identifier_belongs_to_one_patient(caller):
    registered(caller, **MARIA)
    answer = caller.post("/v1/patients", json={"identifiers": MARIA["identifiers"]})
    assert answer.status_code == 409
    assert answer.json["identifier"] == MARIA["identifiers"][0]


def test_an_identifier_of_another_clinic_is_no_hindrance(caller, other_clinic):
    registered(caller, **MARIA)
    registered(other_clinic.caller(), **MARIA)


def test_an_identifier_given_twice_is_kept_once(caller):
    shown = registered(caller, identifiers=MARIA["identifiers"] * 2).json
    assert shown["identifiers"] == MARIA["identifiers"]


def test_a_registration_sent_again_under_its_key_makes_one_patient(caller):
    key = {"Idempotency-Key": "k-1"}
    first, second = (caller.post("/v1/patients", json=MARIA, headers=key) for _ in range(2))
    assert (second.status_code, second.json) == (201, first.json)
    assert second.headers["Idempotent-Replayed"] == "true"


def test_patients_are_found_by_identifier(caller):
    registered(caller)
    maria = registered(caller, **MARIA).json
    found = caller.get("/v1/patients", query_string={"identifier": f"{SYSTEM}|12345"}).json
    assert found == {"items": [maria], "next": None}
    assert caller.get("/v1/patients", query_string={"identifier": f"{SYSTEM}|1"}).json["items"] == []
    assert refused(caller.get("/v1/patients", query_string={"identifier": "12345"})) == {
        ("/query/identifier", "wrong-form")
    }


def test_patients_are_listed_page_by_page(caller):
    everyone = [registered(caller).json["id"] for _ in range(5)]
    listed, address = [], "/v1/patients?limit=2"
    while address:
        page = caller.get(address)
        listed += [item["id"] for item in page.json["items"]]
        link = page.headers.get("Link", "")
        address = link[1 : link.index(">")] if link else None
    assert listed == sorted(everyone)


def test_a_patient_is_changed_where_the_change_says_so(caller):
    patient = registered(caller, **MARIA)
    answer = changed(caller, patient, {"language": None, "time_zone": "America/New_York"})
    assert answer.json == patient.json | {
        "language": None,
        "time_zone": "America/New_York",
        "updated_at": answer.json["updated_at"],
    }
    assert answer.headers["ETag"] == '"2"'


def test_a_change_that_changes_nothing_makes_no_version(caller):
    patient = registered(caller, **MARIA)
    assert changed(caller, patient, MARIA).headers["ETag"] == '"1"'
    assert changed(caller, patient, {}).headers["ETag"] == '"1"'


def test_a_change_must_know_what_it_changes(caller):
    patient = registered(caller)
    address = patient.headers["Location"]
    assert caller.patch(address, json={"language": "it"}).status_code == 428
    assert changed(caller, patient, {"language": "it"}).status_code == 200
    assert changed(caller, patient, {"language": "de"}).status_code == 412


def test_a_name_is_taken_out_whole(caller):
    patient = registered(caller, **MARIA)
    assert changed(caller, patient, {"name": None}).json["name"] is None


def test_identifiers_are_replaced_as_a_whole(caller):
    patient = registered(caller, **MARIA)
    new = [{"system": "b", "value": "2"}, {"system": "a", "value": "1"}]
    answer = changed(caller, patient, {"identifiers": new})
    assert (answer.json["identifiers"], answer.headers["ETag"]) == (new, '"2"')
    assert caller.get("/v1/patients", query_string={"identifier": f"{SYSTEM}|12345"}).json["items"] == []


def test_an_upsert_registers_a_patient_who_is_not_there(caller):
    answer = caller.put(BY_IDENTIFIER, json={"birth_date": "1958-03-09"})
    assert (answer.status_code, answer.json["birth_date"]) == (201, "1958-03-09")
    assert answer.json["identifiers"] == MARIA["identifiers"]


def test_an_upsert_sent_again_changes_nothing(caller):
    first, second = (caller.put(BY_IDENTIFIER, json=MARIA) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 200)
    assert (second.json, second.headers["ETag"]) == (first.json, '"1"')


def test_an_upsert_changes_only_what_it_names_and_knows_the_version_of(caller):
    first = caller.put(BY_IDENTIFIER, json=MARIA)
    assert caller.put(BY_IDENTIFIER, json={"language": "de"}).status_code == 428
    answer = caller.put(BY_IDENTIFIER, json={"language": "de"}, headers={"If-Match": first.headers["ETag"]})
    assert (answer.status_code, answer.json["language"], answer.json["name"]) == (200, "de", MARIA["name"])
    stale = caller.put(BY_IDENTIFIER, json={"language": "fr"}, headers={"If-Match": first.headers["ETag"]})
    assert stale.status_code == 412


def test_an_upsert_adds_identifiers_and_takes_none_from_another(caller):
    first = caller.put(BY_IDENTIFIER, json={})
    more = {"identifiers": [{"system": "ward", "value": "7"}]}
    answer = caller.put(BY_IDENTIFIER, json=more, headers={"If-Match": first.headers["ETag"]})
    assert answer.json["identifiers"] == [*MARIA["identifiers"], *more["identifiers"]]
    assert caller.put("/v1/patients/by-identifier/other/1", json=more).status_code == 409


def test_an_upsert_with_a_version_of_nobody_is_stale(caller):
    assert caller.put(BY_IDENTIFIER, json={}, headers={"If-Match": '"1"'}).status_code == 412


@pytest.mark.parametrize("address", ["a/%00", "a%07/b", "a/%20", f"a/{'x' * 201}"])
def test_an_identifier_that_cannot_be_is_refused(caller, address):
    assert caller.put(f"/v1/patients/by-identifier/{address}", json={}).status_code in {404, 422}


def test_another_clinics_patient_is_not_found_by_identifier(caller, other_clinic):
    theirs = other_clinic.caller().put(BY_IDENTIFIER, json=MARIA)
    assert caller.put(BY_IDENTIFIER, json=MARIA).json["id"] != theirs.json["id"]


def profile_of(caller, patient, name):
    facts = caller.get(f"/v1/patients/{patient.json['id']}/profile").json["facts"]
    return next(fact for fact in facts if fact["name"] == name)


def test_the_record_is_known_as_a_fact(caller):
    patient = registered(caller, **MARIA)
    for name in ("birth_date", "sex_for_reference"):
        known = profile_of(caller, patient, name)
        assert (known["state"], known["value"]) == ("known", MARIA[name])
        assert known["observed"]["observed_at"] == patient.json["created_at"]


def test_a_fact_told_later_wins_and_the_record_shows_it(caller):
    patient = registered(caller, **MARIA)
    address = patient.headers["Location"]
    later = datetime.now(UTC).isoformat()
    body = {"observed_at": later, "facts": {"birth_date": {"value": "1985-03-09", "source": "registry"}}}
    caller.post(f"{address}/facts", json=body)
    shown = caller.get(address)
    assert (shown.json["birth_date"], shown.headers["ETag"]) == ("1985-03-09", '"2"')
    known = profile_of(caller, patient, "birth_date")
    assert known["value"] == "1985-03-09"
    assert [one["value"] for one in known["others"]] == ["1958-03-09"]


def test_an_older_fact_does_not_change_the_record(caller):
    patient = registered(caller, **MARIA)
    address = patient.headers["Location"]
    body = {"observed_at": "2020-01-01T00:00:00Z", "facts": {"sex_for_reference": {"value": "male"}}}
    (result,) = caller.post(f"{address}/facts", json=body).json["results"]
    assert result["result"] == "superseded"
    assert caller.get(address).json["sex_for_reference"] == "female"


def test_a_birth_date_marked_as_an_error_leaves_the_one_before(caller):
    patient = registered(caller, **MARIA)
    address = patient.headers["Location"]
    body = {"observed_at": datetime.now(UTC).isoformat(), "facts": {"birth_date": {"value": "1985-03-09"}}}
    (result,) = caller.post(f"{address}/facts", json=body).json["results"]
    caller.post(f"{address}/facts/{result['fact_id']}/entered-in-error", json={"reason": "another person"})
    assert caller.get(address).json["birth_date"] == "1958-03-09"
    assert profile_of(caller, patient, "birth_date")["value"] == "1958-03-09"


def test_a_birth_date_in_conflict_is_neither(caller):
    patient = registered(caller)
    address = patient.headers["Location"]
    both = [{"value": "1958-03-09"}, {"value": "1985-03-09"}]
    at = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    caller.post(f"{address}/facts", json={"observed_at": at, "facts": {"birth_date": both}})
    assert caller.get(address).json["birth_date"] is None
    assert profile_of(caller, patient, "birth_date")["state"] == "conflicting"


def test_a_birth_date_taken_out_of_the_record_is_unknown(caller):
    patient = registered(caller, **MARIA)
    assert changed(caller, patient, {"birth_date": None}).json["birth_date"] is None
    assert profile_of(caller, patient, "birth_date")["state"] == "unknown"
    history = caller.get(f"{patient.headers['Location']}/facts?name=birth_date").json["items"]
    assert [fact["status"] for fact in history] == ["entered-in-error"]


def test_a_new_birth_date_in_the_record_is_a_newer_fact(caller):
    patient = registered(caller, **MARIA)
    changed(caller, patient, {"birth_date": "1959-03-09"})
    assert profile_of(caller, patient, "birth_date")["value"] == "1959-03-09"


def test_the_sexes_of_the_record_are_those_of_the_vocabulary():
    assert tuple(SexForReference) == library.load().facts["sex_for_reference"].values
