"""Whoever holds a handout sees whether it still counts, and nothing else."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from api.clinical.lifecycle import State
from api.prescriptions.gate import Safety
from api.prescriptions.handouts import codes
from api.prescriptions.handouts.routes import A_MINUTE
from api.prescriptions.handouts.validity import Standing, Validity, validity
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    code,
    content,
    moved,
    on_file,
    redraft,
    sign,
    signed,
    tell,
)

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
TODAY = date(2026, 3, 10)
A_DAY = timedelta(days=1)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture
def made(caller, patient, signer):
    return signed(caller, patient, signer, WALK, CYCLE)


def verify(anyone, found, **headers):
    return anyone.get(f"/v1/verify/{found}", headers=headers)


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, "current"),
        ({"ends_on": TODAY}, "current"),
        ({"followed_on": TODAY + A_DAY}, "current"),
        ({"state": State.STOPPED}, "stopped"),
        ({"state": State.COMPLETED}, "stopped"),
        ({"state": State.COMPLETED, "followed_on": TODAY, "ends_on": TODAY - A_DAY}, "stopped"),
        ({"state": State.SUPERSEDED}, "superseded"),
        ({"followed_on": TODAY}, "superseded"),
        ({"followed_on": TODAY, "ends_on": TODAY - A_DAY}, "superseded"),
        ({"ends_on": TODAY - A_DAY}, "expired"),
        ({"ends_on": TODAY - A_DAY, "safety": Safety.PAUSED}, "expired"),
        ({"state": State.ON_HOLD}, "paused"),
        ({"safety": Safety.PAUSED}, "paused"),
        ({"safety": Safety.NEEDS_REVIEW}, "paused"),
        ({"check_due_at": NOW}, "paused"),
        ({"check_due_at": None}, "paused"),
    ],
)
def test_what_ended_comes_before_what_was_replaced_and_that_before_what_is_interrupted(changed, found):
    sound = {
        "state": State.ACTIVE,
        "safety": Safety.SAFE,
        "check_due_at": NOW + A_DAY,
        "ends_on": None,
        "followed_on": None,
    }
    assert validity(Standing(**{**sound, **changed}), NOW, TODAY) == found


def test_every_word_is_the_answer_to_something(caller, anyone, patient, signer, made):
    found = code(caller, made)
    assert verify(anyone, found).json == {"status": "current"}
    tell(caller, patient, foot_ulcer_left="active")
    assert verify(anyone, found).json == {"status": "paused"}
    assert moved(caller, made, "stop", signer, reason="An ulcer.").status_code == 200
    assert verify(anyone, found).json == {"status": "stopped"}


def test_a_later_revision_replaces_it_on_its_first_day_for_the_patient(clock, anyone, lasting, signer):
    made = signed(lasting, on_file(lasting), signer, WALK)
    first = code(lasting, made)
    later = (clock.now + 2 * A_DAY).date().isoformat()
    redraft(lasting, made, content(CYCLE, reason="No walks.", effective_from=later))
    assert sign(lasting, lasting.get(address(made)).json, signer).status_code == 200
    assert verify(anyone, first).json == {"status": "current"}
    clock.forward(days=3)
    assert verify(anyone, first).json == {"status": "superseded"}


def test_it_expires_after_its_last_day(clock, anyone, lasting, signer):
    made = signed(lasting, on_file(lasting), signer, WALK, ends_on=clock.now.date().isoformat())
    found = code(lasting, made)
    clock.forward(days=2)
    assert verify(anyone, found).json == {"status": "expired"}


def test_a_check_that_ran_out_says_nothing_any_more(clock, anyone, lasting, signer):
    made = signed(lasting, on_file(lasting), signer, WALK)
    found = code(lasting, made)
    clock.forward(days=60)
    assert verify(anyone, found).json == {"status": "paused"}


def test_a_code_is_read_as_people_type_it(caller, anyone, made):
    found = code(caller, made)
    assert verify(anyone, f"{found[:4]}-{found[4:].lower()}").json == {"status": "current"}


@pytest.mark.parametrize("wrong", ["x", "A" * 52, "a" * 51, "1" * 52, "%20", "é" * 52])
def test_what_is_no_code_is_not_found(anyone, wrong):
    assert verify(anyone, wrong).status_code == 404


def test_a_code_is_written_in_one_way_only():
    given = codes.Code(uuid4(), codes.new_secret())
    found = codes.written(given)
    others = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".replace(found[-1], "")
    assert given not in [codes.read(found[:-1] + one) for one in others]


def test_a_secret_counts_only_in_its_own_clinic(caller, anyone, made, other_clinic):
    secret = codes.read(code(caller, made)).secret
    assert verify(anyone, codes.written(codes.Code(other_clinic.id, secret))).status_code == 404
    assert verify(anyone, codes.written(codes.Code(uuid4(), secret))).status_code == 404


def test_a_wrong_code_takes_as_many_statements_as_a_right_one(caller, anyone, made, statements):
    right = codes.read(code(caller, made))
    for asked in (right, codes.Code(right.clinic_id, codes.new_secret()), codes.NOBODY):
        before = len(statements.seen)
        verify(anyone, codes.written(asked))
        assert len([one for one in statements.seen[before:] if "SELECT" in one]) == 1


def test_codes_are_their_own_and_random():
    secrets = {codes.new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert {len(one) * 8 for one in secrets} == {128}
    given = codes.Code(uuid4(), secrets.pop())
    assert codes.read(codes.written(given)) == given
    assert codes.read(codes.grouped(codes.written(given))) == given


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en-US,en;q=0.9", {"en", "Yes, this plan is current"}),
        ("de-AT,de;q=0.9,en;q=0.5", {"de", "Ja, dieser Plan gilt"}),
        ("es", {"es", "Sí, este plan está vigente"}),
        ("it", {"en", "Yes, this plan is current"}),
    ],
)
def test_a_phone_gets_a_page_in_its_language(caller, anyone, made, language, shown):
    answer = verify(anyone, code(caller, made), Accept=BROWSER, **{"Accept-Language": language})
    assert answer.mimetype == "text/html"
    assert {
        *re.findall(r'<html lang="(..)">', answer.text),
        *re.findall("<h1>(.*?)</h1>", answer.text),
    } == shown
    assert "script" not in answer.text


def test_a_phone_with_a_wrong_code_gets_a_page_too(anyone):
    answer = verify(anyone, "A" * 52, Accept=BROWSER)
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "This code is not known" in answer.text


@pytest.mark.parametrize("accept", ["application/json", BROWSER])
def test_nothing_of_the_patient_the_clinic_or_the_plan_is_told(caller, anyone, patient, made, accept):
    answer = verify(anyone, code(caller, made), Accept=accept)
    told = re.sub(r"<style>.*</style>", "", answer.text, flags=re.DOTALL)
    for private in [
        patient.rpartition("/")[2],
        made["id"],
        "Giulia",
        "Here",
        "Walk",
        made["signed"]["sha256"][:8],
    ]:
        assert private not in told
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_address_may_ask_only_so_often(caller, anyone, made):
    found = code(caller, made)
    answers = [verify(anyone, found).status_code for _ in range(A_MINUTE + 1)]
    assert answers == [200] * A_MINUTE + [429]
    refused = verify(anyone, found)
    assert refused.json["type"] == "/problems/too-many-requests"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_every_status_has_its_words():
    assert {one.value for one in Validity} == {"current", "superseded", "paused", "expired", "stopped"}
