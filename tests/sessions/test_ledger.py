"""The ledger: what became of every red flag, step by step."""

from datetime import datetime, timedelta

import pytest

from api.sessions.ledger import delivered
from tests.alerts import wire as alerts
from tests.prescriptions.wire import on_file
from tests.sessions.ledgers import BLISTER, OPEN_SPOT, alarmed
from tests.sessions.test_batch import batch, item
from tests.sessions.wire import ago, correct, report, sent


def ledger(caller, **query):
    answer = caller.get("/v1/ledger", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


def summary(caller, **query):
    answer = caller.get("/v1/ledger/summary", query_string=query)
    assert answer.status_code == 200, answer.text
    return {one["level"]: one for one in answer.json["levels"]}


@pytest.fixture
def signer(clinic):
    return str(clinic.practitioner())


@pytest.fixture
def noted(clinic):
    """Notes what webhooks have received; of how many causes."""

    def noted():
        work = clinic.work()
        done = delivered.note(work)
        work.commit()
        return done

    return noted


class TestSteps:
    def test_a_red_flag_is_told_raised_seen_and_acted_on(self, lasting, patient, signer, clock):
        told = sent(lasting, patient, **OPEN_SPOT)
        reported = clock.now
        (entry,) = ledger(lasting)
        assert (entry["kind"], entry["level"], entry["rules"]) == (
            "session-report",
            "urgent",
            ["rep-foot-open"],
        )
        assert (entry["subject"], entry["subject_id"]) == ("session", told["session_id"])
        assert entry["performed_at"] < entry["reported_at"] == entry["raised_at"]
        assert [entry[name] for name in ("delivered_at", "seen_at", "acted_at", "outcome")] == [None] * 4
        assert entry["minutes"] == {"raised": 0.0, "delivered": None, "seen": None, "acted": None}
        clock.forward(minutes=5)
        version = alerts.read(lasting, entry["alert_id"])["version"]
        clock.forward(minutes=7)
        alerts.acted(lasting, entry["alert_id"], "acknowledge", signer, version=version)
        clock.forward(minutes=48)
        alerts.acted(lasting, entry["alert_id"], "resolve", signer, outcome="referred")
        (entry,) = ledger(lasting)
        assert entry["minutes"] == {"raised": 0.0, "delivered": 5.0, "seen": 12.0, "acted": 60.0}
        assert entry["outcome"] == "referred"
        assert datetime.fromisoformat(entry["deadline_at"]) == reported + timedelta(hours=24)

    def test_what_was_told_late_counts_from_when_it_was_told(self, lasting, patient, clock):
        sent(lasting, patient, performed_at=ago(days=3), **OPEN_SPOT)
        (entry,) = ledger(lasting)
        assert entry["performed_at"] < entry["reported_at"]
        assert not entry["overdue"]
        clock.forward(hours=24)
        assert ledger(lasting)[0]["overdue"]

    def test_two_red_flags_of_a_patient_are_one_alert_with_the_nearest_deadline(
        self, lasting, patient, clock
    ):
        sent(lasting, patient, performed_at=ago(days=1), **BLISTER)
        clock.forward(hours=2)
        sent(lasting, patient, **OPEN_SPOT)
        urgent, review = ledger(lasting)
        assert (urgent["level"], review["level"]) == ("urgent", "review")
        assert urgent["alert_id"] == review["alert_id"]
        (alert,) = alerts.listed(lasting)
        assert (alert["cause_count"], alert["level"]) == (2, "urgent")
        assert alert["deadline_at"] == urgent["deadline_at"] < review["deadline_at"]

    @pytest.mark.parametrize(
        ("told", "level", "within"),
        [
            ({"symptoms": ["chest-pain"]}, "emergency", timedelta(0)),
            (OPEN_SPOT, "urgent", timedelta(hours=24)),
            (BLISTER, "review", timedelta(days=7)),
        ],
    )
    def test_the_deadline_is_that_of_the_level(self, caller, patient, told, level, within):
        sent(caller, patient, **told)
        (entry,) = ledger(caller)
        (alert,) = alerts.listed(caller)
        assert entry["level"] == level
        lasts = datetime.fromisoformat(entry["deadline_at"]) - datetime.fromisoformat(entry["reported_at"])
        assert lasts == within
        assert alert["deadline_at"] == entry["deadline_at"]

    def test_what_was_withdrawn_stays_until_somebody_acts(self, caller, patient, signer):
        told = sent(caller, patient, **OPEN_SPOT)
        caller.post(f"/v1/sessions/{told['session_id']}/withdraw", json={"reason": "Of somebody else."})
        (entry,) = ledger(caller, open="true")
        assert entry["ended_at"]
        alerts.acted(caller, entry["alert_id"], "resolve", signer, outcome="false-alarm")
        assert ledger(caller, open="true") == []

    def test_every_telling_of_a_session_has_its_line(self, caller, patient):
        body = report(**BLISTER)
        caller.post(f"{patient}/sessions", json=body)
        assert correct(caller, body, **OPEN_SPOT).status_code == 200
        newer, older = ledger(caller)
        assert newer["subject_id"] == older["subject_id"]
        assert (newer["ended_at"], older["ended_at"] is not None) == (None, True)

    def test_what_is_no_report_has_its_line(self, caller, patient):
        batch(caller, [item(patient.rpartition("/")[2], rpe="much", **OPEN_SPOT)])
        alarmed(caller, on_file(caller))
        kinds = {one["kind"]: one for one in ledger(caller)}
        assert kinds.keys() == {"quarantined-report", "pre-session-check"}
        assert kinds["quarantined-report"]["performed_at"] is None

    def test_a_watch_is_no_red_flag(self, caller, patient):
        assert sent(caller, patient, foot_check_after="not-done")["level"] == "watch"
        assert ledger(caller) == []


class TestDelivery:
    @pytest.fixture
    def told(self, caller, patient, register, receiver):
        """What a session tells of which a webhook is told."""

        def told(*events, **changed):
            register(receiver.url, events=list(events) or None)
            return sent(caller, patient, **{**OPEN_SPOT, **changed})

        return told

    def test_a_webhook_that_received_the_alert_has_it(self, caller, told, worker, noted):
        told()
        assert worker.later(seconds=2).turn()
        assert ledger(caller)[0]["delivered_at"] is None
        assert noted() == 1
        (entry,) = ledger(caller)
        assert datetime.fromisoformat(entry["delivered_at"]) == worker.moment
        assert noted() == 0

    def test_one_that_did_not_receive_it_has_it_not(self, caller, told, worker, receiver, noted):
        receiver.status = 500
        told()
        worker.later(seconds=2).turn()
        assert receiver.received
        assert noted() == 0
        receiver.status = 204
        worker.later(minutes=5).turn()
        assert noted() == 1

    def test_what_says_nothing_of_the_alert_is_no_delivery_of_it(self, told, worker, noted):
        told("session.reported", "lock.placed")
        assert worker.later(seconds=2).turn()
        assert noted() == 0

    def test_what_came_after_the_event_is_not_delivered_with_it(
        self,
        caller,
        patient,
        told,
        worker,
        noted,
    ):
        told("alert.raised")
        worker.later(seconds=2).turn()
        sent(caller, patient, **BLISTER)
        assert noted() == 1
        newer, older = ledger(caller)
        assert (newer["delivered_at"], older["delivered_at"] is None) == (None, False)

    def test_the_log_of_events_is_no_delivery(self, caller, patient, worker, noted):
        sent(caller, patient, **OPEN_SPOT)
        worker.place()
        assert caller.get("/v1/events?name=alert.raised").json["items"]
        assert noted() == 0
        assert ledger(caller)[0]["delivered_at"] is None


class TestList:
    @pytest.fixture
    def three(self, lasting, clock):
        """An emergency, something urgent and a review, of three patients, a day apart; when each was told."""
        told = []
        for changed in ({"symptoms": ["chest-pain"]}, OPEN_SPOT, BLISTER):
            sent(lasting, on_file(lasting), **changed)
            told.append(clock.now)
            clock.forward(days=1)
        return told

    @pytest.mark.parametrize(
        ("query", "levels"),
        [
            ({}, ["review", "urgent", "emergency"]),
            ({"level": "urgent"}, ["urgent", "emergency"]),
            ({"kind": "trend"}, []),
            ({"kind": "session-report", "open": "true"}, ["review", "urgent", "emergency"]),
            ({"open": "false"}, []),
            ({"overdue": "true"}, ["urgent", "emergency"]),
            ({"overdue": "false"}, ["review"]),
        ],
    )
    def test_it_can_be_narrowed(self, lasting, three, query, levels):
        assert [one["level"] for one in ledger(lasting, **query)] == levels

    def test_a_time_begins_with_its_start_and_ends_before_its_end(self, lasting, three):
        first, second, third = (one.isoformat() for one in three)
        assert [one["level"] for one in ledger(lasting, **{"from": second})] == ["review", "urgent"]
        assert [one["level"] for one in ledger(lasting, to=third)] == ["urgent", "emergency"]
        assert [one["level"] for one in ledger(lasting, **{"from": first, "to": second})] == ["emergency"]

    def test_it_comes_in_pages(self, lasting, three):
        first = lasting.get("/v1/ledger?limit=2").json
        rest = lasting.get(f"/v1/ledger?limit=2&after={first['next']}").json
        assert [one["level"] for one in first["items"] + rest["items"]] == ["review", "urgent", "emergency"]
        assert rest["next"] is None

    def test_it_is_one_statement(self, caller, patient, statements):
        sent(caller, patient, **OPEN_SPOT)
        with statements.at_most(1):
            ledger(caller)
        with statements.at_most(2):  # and the newest check
            summary(caller)

    def test_another_clinic_has_a_ledger_of_its_own(self, caller, other_clinic, patient):
        sent(caller, patient, **OPEN_SPOT)
        assert ledger(other_clinic.caller()) == []

    def test_it_needs_the_scope(self, clinic):
        assert clinic.caller("sessions:read").get("/v1/ledger").status_code == 403


class TestSummary:
    def test_it_says_how_many_wait_for_what_and_how_long_it_took(self, lasting, clock, signer):
        for minutes in (10, 20, 60, None):
            told = sent(lasting, on_file(lasting), **OPEN_SPOT)
            if minutes is not None:
                clock.forward(minutes=minutes)
                version = alerts.read(lasting, told["triage"]["alert_id"])["version"]
                alerts.acted(lasting, told["triage"]["alert_id"], "acknowledge", signer, version=version)
        alerts.acted(lasting, told["triage"]["alert_id"], "resolve", signer)
        sent(lasting, on_file(lasting), **OPEN_SPOT)
        sent(lasting, on_file(lasting), **BLISTER)
        counted = summary(lasting)
        assert list(counted) == ["emergency", "urgent", "review"]
        urgent = counted["urgent"]
        assert (urgent["flags"], urgent["overdue"]) == (5, 0)
        assert urgent["waiting"] == {"delivery": 1, "seeing": 0, "acting": 3}
        assert urgent["median_minutes"] == {"raised": 0.0, "delivered": 15.0, "seen": 15.0, "acted": 0.0}
        assert counted["review"]["waiting"] == {"delivery": 1, "seeing": 0, "acting": 0}
        assert counted["emergency"]["flags"] == 0
        assert counted["emergency"]["median_minutes"]["seen"] is None

    def test_it_can_be_narrowed(self, lasting, patient, clock):
        sent(lasting, patient, **OPEN_SPOT)
        assert list(summary(lasting, level="urgent")) == ["emergency", "urgent"]
        assert summary(lasting, kind="trend")["urgent"]["flags"] == 0
        clock.forward(days=1)
        assert summary(lasting, **{"from": clock.now.isoformat()})["urgent"]["flags"] == 0
        assert summary(lasting)["urgent"]["overdue"] == 1
