"""Several at once: one alert for a patient, one who resolves it, and no cause that gets lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from tests.alerts.wire import act, listed, raised, read

AT_ONCE = 5


@pytest.fixture
def live(live_clinic):
    """A client, each time it is called, of a clinic with real commits on several connections."""
    token = live_clinic.token(live_clinic.register()[0])
    return lambda: live_clinic.calling(token)


@pytest.fixture
def live_signer(live_clinic):
    return live_clinic.practitioner()


def at_once(*things):
    with ThreadPoolExecutor(len(things)) as pool:
        return [future.result() for future in [pool.submit(one) for one in things]]


def test_causes_that_come_at_once_are_in_one_alert(live_clinic, live):
    patient = live_clinic.patient()
    levels = ["watch", "review", "urgent", "review", "watch"]
    ids = at_once(*[lambda level=level: raised(live_clinic, patient, level=level) for level in levels])
    assert len(set(ids)) == 1
    alert = read(live(), ids[0])
    assert (alert["level"], alert["cause_count"]) == ("urgent", len(levels))
    assert sorted(one["level"] for one in alert["causes"]) == sorted(levels)
    assert len(listed(live())) == 1


@pytest.mark.parametrize("move", ["acknowledge", "resolve"])
def test_of_several_who_do_it_at_once_one_wins(live_clinic, live, live_signer, move):
    alert_id = raised(live_clinic, live_clinic.patient())
    answers = at_once(*[lambda: act(live(), alert_id, move, live_signer, version=1)] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * (AT_ONCE - 1)
    assert len(read(live(), alert_id)["history"]) == 1


def test_of_different_moves_at_once_one_wins(live_clinic, live, live_signer):
    alert_id = raised(live_clinic, live_clinic.patient())
    moves = ["acknowledge", "snooze", "resolve"]
    answers = at_once(
        *[lambda move=move: act(live(), alert_id, move, live_signer, version=1) for move in moves]
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 412}


def test_a_red_flag_that_comes_while_somebody_resolves_is_not_closed_with_it(live_clinic, live, live_signer):
    for _ in range(AT_ONCE):
        patient = live_clinic.patient()
        alert_id = raised(live_clinic, patient)
        resolved, landed = at_once(
            lambda alert_id=alert_id: act(live(), alert_id, "resolve", live_signer, version=1),
            lambda patient=patient: raised(live_clinic, patient, level="emergency", title="Chest pressure."),
        )
        assert (resolved.status_code, landed == alert_id) in {(200, False), (412, True)}
        (waiting,) = listed(live(), patient_id=patient)
        assert (waiting["id"], waiting["level"], waiting["state"]) == (str(landed), "emergency", "open")


class Killed(Exception):
    """The process ends here."""


def test_whatever_statement_of_a_resolution_fails_nothing_is_half_done(
    live_app, live_clinic, live, live_signer
):
    alert_id = raised(live_clinic, live_clinic.patient())
    caller = live()
    before = read(caller, alert_id)
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
            answer = act(caller, alert_id, "resolve", live_signer, version=1)
        finally:
            event.remove(engine, "before_cursor_execute", fail)
        if answer.status_code == 200:
            break
        assert answer.status_code == 500
        assert read(caller, alert_id) == before
        allowed += 1
    assert allowed > 8
    assert len(read(caller, alert_id)["history"]) == 1
