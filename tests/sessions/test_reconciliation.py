"""The proof that no red flag is lost: whatever happens it holds, and whatever is lost is found."""

from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.sessions.ledger import reconciliation
from tests.alerts import wire as alerts
from tests.prescriptions.wire import on_file
from tests.sessions.ledgers import OPEN_SPOT, alarmed, balance
from tests.sessions.test_batch import batch, item
from tests.sessions.wire import ago, correct, report, sent


class TestBalance:
    def test_nothing_told_is_nothing_lost(self, clinic, caller, patient):
        sent(caller, patient)
        found = balance(clinic)
        assert found.holds
        assert (found.reports, found.causes) == ({}, {})

    def test_reports_trends_alarms_and_quarantine_are_counted(self, clinic, caller, patient):
        for days in (3, 2, 1):
            sent(caller, patient, performed_at=ago(days=days), fatigue_next_day=7)  # a trend
        sent(caller, patient, **OPEN_SPOT)
        alarmed(caller, on_file(caller))
        batch(caller, [item(patient.rpartition("/")[2], rpe="much", **OPEN_SPOT)])
        found = balance(clinic)
        assert found.holds
        assert found.reports == found.causes
        assert found.reports == {"session-report": 3, "pre-session-check": 1, "quarantined-report": 1}

    def test_a_flag_of_nobody_known_waits_in_quarantine_and_is_no_fault(self, clinic, caller):
        batch(caller, [item("019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b", **OPEN_SPOT)])
        assert balance(clinic).holds

    def test_it_is_one_statement(self, clinic, caller, patient, statements):
        sent(caller, patient, **OPEN_SPOT)
        with statements.at_most(1):
            assert balance(clinic).holds

    def test_what_was_flagged_once_is_counted_although_its_level_was_lowered_behind_the_back(
        self, clinic, caller, patient
    ):
        sent(caller, patient, **OPEN_SPOT)
        work = clinic.work()
        work.db.execute(
            text("UPDATE session_reports r SET level = 'ok' WHERE r.clinic_id = :c"), {"c": clinic.id}
        )
        work.commit()
        assert balance(clinic).reports == {"session-report": 1}

    def test_another_clinics_flags_are_not_in_it(self, clinic, other_clinic, caller, patient):
        sent(caller, patient, **OPEN_SPOT)
        assert balance(other_clinic).reports == {}


TOLD = st.fixed_dictionaries(
    {},
    optional={
        "foot_check_after": st.sampled_from(
            ["clear", "not-done", "redness-over-30min", "blister", "bleeding-or-open"]
        ),
        "symptoms": st.sampled_from([["none"], ["dizziness"], ["chest-pain"], ["calf-swelling"]]),
        "fall": st.sampled_from(["none", "near-fall", "fall-no-injury", "fall-injury"]),
        "pain_after_min": st.sampled_from([30, 130, 1500, None]),
        "fatigue_next_day": st.sampled_from([3, 7, 8, None]),
        "new_numb_or_weak": st.sampled_from(["none", "numb-lasting-over-1h", None]),
    },
)
WHICH = st.integers(0, 5)
STEPS = st.one_of(
    st.tuples(st.just("report"), st.integers(0, 20), TOLD),
    st.tuples(st.just("report"), st.integers(0, 20), TOLD),
    st.tuples(st.just("again"), WHICH),
    st.tuples(st.just("correct"), WHICH, TOLD),
    st.tuples(st.just("withdraw"), WHICH),
    st.tuples(st.just("merge"), WHICH, WHICH),
    st.tuples(st.just("separate"), WHICH),
    st.tuples(st.just("batch"), st.lists(st.tuples(st.integers(0, 20), TOLD, st.booleans()), max_size=3)),
    st.tuples(st.just("act"), st.sampled_from(["acknowledge", "snooze", "resolve"])),
    st.tuples(st.just("alarm")),
)


class Story:
    """What may happen to the reports and the alert of a patient."""

    def __init__(self, caller, signer):
        self.caller, self.signer = caller, signer
        self.patient = on_file(caller)
        self.bodies = []

    def report(self, days, told):
        self.bodies.append(report(performed_at=ago(days=days, hours=len(self.bodies)), **told))
        assert self.caller.post(f"{self.patient}/sessions", json=self.bodies[-1]).status_code == 201

    def again(self, which):
        if body := self._body(which):
            self.caller.post(f"{self.patient}/sessions", json=body)

    def correct(self, which, told):
        if body := self._body(which):
            correct(self.caller, body, **{name: value for name, value in told.items() if value is not None})

    def withdraw(self, which):
        self._do(which, "withdraw")

    def separate(self, which):
        self._do(which, "not-duplicate")

    def merge(self, which, other):
        if body := self._body(other):
            self._do(which, "merge", **{"with": body["session_id"]})

    def batch(self, several):
        items = [
            item(self.patient.rpartition("/")[2], performed_at=ago(days=days), **told)
            | ({"rpe": "much"} if broken else {})
            for days, told, broken in several
        ]
        if items:
            batch(self.caller, items)

    def act(self, move):
        for alert in alerts.listed(self.caller, patient_id=self.patient.rpartition("/")[2]):
            alerts.act(self.caller, alert["id"], move, self.signer)

    def alarm(self):
        alarmed(self.caller, self.patient)

    def _body(self, which):
        return self.bodies[which % len(self.bodies)] if self.bodies else None

    def _do(self, which, what, **body):
        if told := self._body(which):
            address = f"/v1/sessions/{told['session_id']}/{what}"
            self.caller.post(address, json={"reason": "Asked her."} | body)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
def test_whatever_happens_the_ledger_holds(clinic, steps):
    story = Story(clinic.caller(), str(clinic.practitioner()))
    for what, *how in steps:
        getattr(story, what)(*how)
    found = balance(clinic)
    assert found.holds, found
    assert found.reports == found.causes


TAMPERINGS = {
    "DELETE FROM alert_causes WHERE subject_id = :session": ("session-report", "no-cause"),
    "DELETE FROM alert_causes WHERE kind = 'pre-session-check'": ("pre-session-check", "no-cause"),
    "DELETE FROM alert_causes WHERE kind = 'quarantined-report'": ("quarantined-report", "no-cause"),
    "UPDATE alert_causes SET level = 'watch' WHERE subject_id = :session": ("session-report", "no-cause"),
    "UPDATE alert_causes SET level = 'review' WHERE subject_id = :session": (
        "session-report",
        "cause-too-mild",
    ),
    "UPDATE alert_causes SET kind = 'outcome' WHERE subject_id = :session": ("session-report", "no-cause"),
    """
    UPDATE alerts SET level = 'review', precedence = 3
    WHERE id = (SELECT alert_id FROM alert_causes WHERE subject_id = :session)
    """: ("session-report", "alert-too-mild"),
    """
    UPDATE alert_causes SET patient_id = (SELECT id FROM patients WHERE id <> alert_causes.patient_id)
    WHERE subject_id = :session
    """: ("session-report", "another-patient"),
    """
    UPDATE alert_causes SET alert_id = (SELECT id FROM alerts WHERE id <> alert_causes.alert_id)
    WHERE subject_id = :session
    """: ("session-report", "another-patient"),
    """
    WITH gone AS (DELETE FROM session_triages WHERE session_id = :session)
    UPDATE session_reports SET level = 'ok' WHERE id = :session
    """: ("session-report", "no-report"),
    """
    WITH milder AS (UPDATE session_triages SET level = 'review' WHERE session_id = :session)
    UPDATE session_reports SET level = 'review' WHERE id = :session
    """: ("session-report", "report-too-mild"),
    "UPDATE pre_session_checks SET alert_id = NULL": ("pre-session-check", "no-report"),
}


def test_whatever_is_lost_is_found(live_clinic, flagged, owner):
    assert balance(live_clinic).holds
    for statement, (about, fault) in TAMPERINGS.items():
        with owner(live_clinic) as connection:
            bound = {"session": flagged} if ":session" in statement else {}
            assert connection.execute(text(statement), bound).rowcount, statement
            (one,) = balance(live_clinic, connection).discrepancies
            connection.rollback()
        assert (one.about, one.fault, one.number) == (about, fault, 1), statement
        assert about != "session-report" or one.ids == [UUID(flagged)], statement
    assert {fault for _, fault in TAMPERINGS.values()} == {one.value for one in reconciliation.Fault}
