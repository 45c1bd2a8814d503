from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event

from tests.sessions.wire import ago, report

AT_ONCE = 4


@pytest.fixture
def live(live_clinic):
    """A client, each time it is called, of a clinic with real commits on several connections."""
    token = live_clinic.token(live_clinic.register()[0])
    return lambda: live_clinic.calling(token)


@pytest.fixture
def patient(live):
    return live().post("/v1/patients", json={"time_zone": "Europe/Rome"}).headers["Location"]


def at_once(*requests):
    with ThreadPoolExecutor(len(requests)) as pool:
        return [future.result() for future in [pool.submit(one) for one in requests]]


def test_of_one_report_sent_several_times_at_once_one_is_new(live, patient):
    body = report(foot_check_after="bleeding-or-open")
    answers = at_once(*[lambda: live().post(f"{patient}/sessions", json=body)] * AT_ONCE)
    assert sorted(answer.status_code for answer in answers) == [200] * (AT_ONCE - 1) + [201]
    caller = live()
    assert len(caller.get(f"{patient}/sessions").json["items"]) == 1
    assert len(caller.get(f"{patient}/locks").json["items"]) == 1
    (alert,) = caller.get("/v1/alerts").json["items"]
    causes = caller.get(f"/v1/alerts/{alert['id']}").json["causes"]
    assert [one["kind"] for one in causes] == ["session-report"]


def test_of_one_id_for_several_patients_at_once_one_is_new(live):
    patients = [live().post("/v1/patients", json={}).headers["Location"] for _ in range(AT_ONCE)]
    body = report()
    answers = at_once(*[lambda one=one: live().post(f"{one}/sessions", json=body) for one in patients])
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)


def test_reports_that_come_at_once_see_each_other(live, patient):
    bodies = [report(fatigue_next_day=7, performed_at=ago(hours=25 * place)) for place in range(1, 4)]
    at_once(*[lambda one=one: live().post(f"{patient}/sessions", json=one) for one in bodies])
    listed = live().get(f"{patient}/sessions").json["items"]
    assert "review" in {one["level"] for one in listed}
    assert len(listed) == 3


class Killed(Exception):
    """The process ends here."""


def test_whatever_statement_of_a_report_fails_nothing_is_half_done(live_app, live, patient):
    caller, body = live(), report(foot_check_after="bleeding-or-open")
    engine = live_app.extensions["surefoot"].engine

    def seen():
        return [caller.get(f"{patient}/{what}").json["items"] for what in ("sessions", "locks", "facts")] + [
            caller.get("/v1/alerts").json["items"]
        ]

    before, allowed = seen(), 0
    while True:
        left = [allowed]

        def fail(*_, left=left):
            if not left[0]:
                raise Killed
            left[0] -= 1

        event.listen(engine, "before_cursor_execute", fail)
        try:
            answer = caller.post(f"{patient}/sessions", json=body)
        finally:
            event.remove(engine, "before_cursor_execute", fail)
        if answer.status_code == 201:
            break
        assert answer.status_code == 500
        assert seen() == before
        allowed += 1
    assert allowed > 15
    assert [len(one) for one in seen()] == [1, 1, 2, 1]
