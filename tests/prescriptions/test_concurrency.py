from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from tests.prescriptions.wire import address, content, drafted, on_file, redraft, sign, tell

AT_ONCE = 4


@pytest.fixture
def live(live_clinic):
    """A client, each time it is called, of a clinic with real commits on several connections."""
    token = live_clinic.token(live_clinic.register()[0])
    return lambda: live_clinic.calling(token)


@pytest.fixture
def live_signer(live_clinic):
    return str(live_clinic.practitioner())


def at_once(*requests):
    with ThreadPoolExecutor(len(requests)) as pool:
        return [future.result() for future in [pool.submit(one) for one in requests]]


def test_of_simultaneous_signatures_one_wins(live, live_signer):
    made = drafted(live(), on_file(live()))
    answers = at_once(*[lambda: sign(live(), made, live_signer)] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (AT_ONCE - 1)
    assert len(live().get(f"{address(made)}/revisions").json["items"]) == 1


def test_of_two_prescriptions_signed_at_once_one_is_active(live, live_signer):
    patient = on_file(live())
    made = [drafted(live(), patient) for _ in range(AT_ONCE)]
    answers = at_once(*[lambda one=one: sign(live(), one, live_signer) for one in made])
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (AT_ONCE - 1)
    listed = live().get(f"{patient}/prescriptions").json["items"]
    assert sorted(one["state"] for one in listed) == ["active"] + ["draft"] * (AT_ONCE - 1)


def test_of_simultaneous_drafts_none_is_lost(live):
    made = drafted(live(), on_file(live()))
    answers = at_once(*[lambda: redraft(live(), made, content(), version=1)] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * (AT_ONCE - 1)


def test_a_draft_that_changes_while_it_is_signed_is_either_signed_or_refused(live, live_signer):
    made = drafted(live(), on_file(live()))
    signature, change = at_once(
        lambda: sign(live(), made, live_signer),
        lambda: redraft(live(), made, content(notes="Changed."), version=1),
    )
    outcome = (signature.status_code, change.status_code)
    assert outcome in {(200, 412), (409, 200)}
    (revisions,) = [live().get(f"{address(made)}/revisions").json["items"]]
    assert [one["sha256"] for one in revisions] == [made["draft"]["sha256"]] * (outcome[0] == 200)


def test_facts_and_signatures_at_once_do_not_wait_for_each_other(live, live_signer):
    patient = on_file(live())
    made = drafted(live(), patient)
    results = at_once(
        lambda: sign(live(), made, live_signer).status_code,
        *[lambda: tell(live(), patient, foot_drop="no")] * AT_ONCE,
    )
    assert results[0] in {200, 409}  # refused, if a fact came first that is newer than the request
    if results[0] == 409:
        assert sign(live(), made, live_signer).status_code == 200


def test_a_signature_does_not_overlook_an_ulcer_that_comes_at_the_same_time(live, live_signer):
    for _ in range(AT_ONCE):
        patient = on_file(live())
        made = drafted(live(), patient)
        signature, _ = at_once(
            lambda made=made: sign(live(), made, live_signer),
            lambda patient=patient: tell(live(), patient, foot_ulcer_left="active"),
        )
        shown = live().get(address(made)).json
        assert signature.status_code in {200, 409}
        assert (shown["state"], shown["safety"]) in {("draft", None), ("active", "needs-review")}


class Killed(Exception):
    """The process ends here."""


def test_whatever_statement_of_a_signature_fails_nothing_is_half_done(live_app, live, live_signer):
    patient = on_file(live())
    made = drafted(live(), patient)
    caller = live()
    before = (caller.get(address(made)).json, caller.get(f"{patient}/checks").json)
    engine = live_app.extensions["surefoot"].engine
    allowed = 0
    while True:
        left = [allowed]

        def fail(*_, left=left):
            if not left[0]:
                raise Killed
            left[0] -= 1

        event.listen(engine, "before_cursor_execute", fail)
        try:
            answer = sign(caller, made, live_signer)
        finally:
            event.remove(engine, "before_cursor_execute", fail)
        if answer.status_code == 200:
            break
        assert answer.status_code == 500
        assert (caller.get(address(made)).json, caller.get(f"{patient}/checks").json) == before
        allowed += 1
    assert allowed > 15
    assert len(caller.get(f"{address(made)}/revisions").json["items"]) == 1
