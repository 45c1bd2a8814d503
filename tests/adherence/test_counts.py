"""The counts on file are those of a recount from what was told, whatever happened, in whatever order."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from api.adherence.actions import recount
from api.adherence.counts import AHEAD, COLUMNS, Changed, rows, window
from api.adherence.due import LEFT, run
from api.adherence.history import plans, read_told
from api.adherence.tables import AdherencePatient
from tests.adherence.wire import BALANCE_EXERCISE, ZONE, at, draft, reported, signed, today
from tests.checks.wire import facts, screened
from tests.prescriptions.wire import CYCLE, WALK, content, moved, on_file, redraft, sign, tell

DAY = timedelta(days=1)
EVERY = Changed(None, ahead=True)
KEPT = text(
    f"SELECT {', '.join(COLUMNS)} FROM adherence_weeks WHERE clinic_id = :clinic AND patient_id = :patient"
)


class Story:
    """What happens to a patient; an act that the service refuses changes nothing."""

    def __init__(self, caller, clock, clinic, signer):
        self.caller, self.clock, self.clinic, self.signer = caller, clock, clinic, signer
        self.patient = on_file(caller)
        self.plan = signed(caller, self.patient, signer, balance=True, exercise=WALK)
        self.told = []

    @property
    def id(self):
        return UUID(self.patient.rpartition("/")[2])

    def one(self, place):
        return self.told[place % len(self.told)] if self.told else None

    def body(self, back, hour, minutes, kind):
        day = min(
            today(self.clock) - back * DAY, (self.clock.now - timedelta(hours=1)).astimezone(ZONE).date()
        )
        told = {
            "done": {"status": "done"},
            "short": {"status": "partial", "stop_reason": "pain"},
            "skipped": {"status": "skipped", "skip_reason": "pain"},
            "open": {"status": "done", "foot_check_after": "bleeding-or-open"},
            "unplanned": {"status": "done", "prescription_id": None},
            "balance": {"status": "done", "exercise": BALANCE_EXERCISE},
            "device": {"status": "done", "reporter": "device", "source": "watch"},
        }[kind]
        return day, {"hour": min(hour, self.clock.now.hour - 1), "minutes": minutes, **told}

    def report(self, *told):
        day, said = self.body(*told)
        self.told.append(reported(self.caller, self.patient, self.plan, day, **said))

    def correct(self, place, back, minutes):
        body = self.one(place)
        if body is None:
            return
        where = f"/v1/sessions/{body['session_id']}"
        day = min(today(self.clock) - back * DAY, (self.clock.now - DAY).date())
        changed = {
            "performed_at": at(day),
            "duration_min": minutes or None,
            "items": None,
            "reason": "A slip.",
        }
        sent = {name: value for name, value in (body | changed).items() if value is not None}
        tag = self.caller.get(where).headers["ETag"]
        answer = self.caller.put(where, json=sent, headers={"If-Match": tag})
        assert answer.status_code in {200, 409, 422}, answer.text

    def act(self, where, **said):
        answer = self.caller.post(where, json=said)
        assert answer.status_code in {200, 201, 409, 422}, answer.text
        return answer

    def withdraw(self, place):
        if self.told:
            self.act(f"/v1/sessions/{self.one(place)['session_id']}/withdraw", reason="A slip.")

    def merge(self, place, other):
        if self.told:
            where = f"/v1/sessions/{self.one(place)['session_id']}/merge"
            self.act(where, **{"with": self.one(other)["session_id"], "reason": "One session."})

    def part(self, place):
        if self.told:
            self.act(f"/v1/sessions/{self.one(place)['session_id']}/not-duplicate", reason="Two sessions.")

    def check(self, ill):
        told = facts({"acute_illness_today": ill, "symptoms_today": ["none"]})
        self.act(f"{self.patient}/pre-session-checks", observed_at=self.clock.now.isoformat(), facts=told)

    def move(self, name):
        tell(self.caller, self.patient, hours=0, told=screened()["facts"])
        answer = moved(self.caller, self.plan, name, self.signer, reason="A reason.")
        assert answer.status_code in {200, 409}, answer.text

    def revise(self, days_per_week, later):
        tell(self.caller, self.patient, hours=0, told=screened()["facts"])
        first = today(self.clock) + later * DAY
        body = content(
            **draft(days_per_week=days_per_week, balance=days_per_week % 2 == 0, exercise=WALK),
            reason="Another dose.",
            effective_from=str(first),
        )
        answer = redraft(self.caller, self.plan, body)
        if answer.status_code == 200:
            assert sign(self.caller, answer.json, self.signer).status_code in {200, 409}

    def unlock(self):
        for lock in self.caller.get(f"{self.patient}/locks?live=true").json["items"]:
            self.act(f"/v1/locks/{lock['id']}/unlock", practitioner_id=self.signer, reason="Seen.")

    def anew(self):
        """Stop what is prescribed and prescribe something else."""
        self.move("stop")
        answer = sign(self.caller, self.drafted(), self.signer)
        if answer.status_code == 200:
            self.plan = answer.json

    def drafted(self):
        return self.caller.post(f"{self.patient}/prescriptions", json=content(**draft(exercise=CYCLE))).json

    def wait(self, days):
        self.clock.forward(days=days)

    def travel(self, zone):
        answer = self.caller.get(self.patient)
        self.caller.patch(
            self.patient, json={"time_zone": zone}, headers={"If-Match": answer.headers["ETag"]}
        )


BACK = st.integers(0, 25)
PLACE = st.integers(0, 9)
KINDS = st.sampled_from(["done", "done", "short", "skipped", "open", "unplanned", "balance", "device"])
ACTS = st.one_of(
    st.tuples(st.just("report"), BACK, st.integers(6, 10), st.sampled_from([5, 20, 45]), KINDS),
    st.tuples(st.just("report"), BACK, st.just(8), st.just(20), KINDS),
    st.tuples(st.just("wait"), st.integers(1, 9)),
    st.tuples(st.just("correct"), PLACE, BACK, st.sampled_from([0, 10, 30])),
    st.tuples(st.just("withdraw"), PLACE),
    st.tuples(st.just("merge"), PLACE, PLACE),
    st.tuples(st.just("part"), PLACE),
    st.tuples(st.just("check"), st.sampled_from(["yes", "no"])),
    st.tuples(st.just("move"), st.sampled_from(["hold", "resume"])),
    st.tuples(st.just("revise"), st.integers(1, 6), st.integers(0, 9)),
    st.tuples(st.just("unlock")),
    st.tuples(st.just("anew")),
    st.tuples(st.just("travel"), st.sampled_from(["Asia/Tokyo", "Europe/Rome", "Pacific/Honolulu"])),
)


def kept(work, patient_id):
    """The rows on file, by what tells them apart."""
    found = work.db.execute(KEPT, {"clinic": work.clinic_id, "patient": patient_id})
    return {row[:4]: tuple(row) for row in found}


def counted(work, patient_id):
    """The rows of a recount from all that was told."""
    history = plans(work, [patient_id])[patient_id]
    asked = window(history, EVERY)
    read_told(work, {patient_id: history}, {patient_id: asked})
    return {row[:4]: row for row in rows(history, asked)}


def until(work, patient_id):
    """Up to when weeks are counted."""
    where = (AdherencePatient.clinic_id == work.clinic_id, AdherencePatient.id == patient_id)
    return work.db.scalar(select(AdherencePatient.counted_until).where(*where)) or date.max


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(acts=st.lists(ACTS, min_size=3, max_size=12))
def test_the_counts_on_file_are_those_of_a_recount(lasting, past, clinic, signer, acts):
    began = past.now
    try:
        story = Story(lasting, past, clinic, signer)
        for name, *said in acts:
            getattr(story, name)(*said)
        work = clinic.work(moment=past.now)
        try:
            is_as_recounted(work, story.id)
        finally:
            work.abandon()
    finally:
        past.now = began


def is_as_recounted(work, patient_id):
    """What is on file is what a recount finds, and counting anew finds nothing else."""
    reaches = until(work, patient_id)
    found, right = kept(work, patient_id), counted(work, patient_id)
    assert {key: row for key, row in found.items() if key[1] <= reaches} == {
        key: row for key, row in right.items() if key[1] <= reaches
    }
    recount(work, {patient_id: EVERY})
    assert kept(work, patient_id) == right
    assert recount(work, {patient_id: EVERY}) == 0


@pytest.fixture
def story(lasting, past, clinic, signer):
    return Story(lasting, past, clinic, signer)


def test_weeks_in_which_nobody_tells_anything_are_counted_ahead(clinic, past, story):
    past.forward(days=AHEAD.days - LEFT.days - 2)
    work = clinic.work(moment=past.now)
    assert run(work) == 0
    past.forward(days=4)
    work = clinic.work(moment=past.now)
    assert run(work) == 1
    assert run(work) == 0
    assert until(work, story.id) == today(past) + AHEAD
    assert kept(work, story.id) == counted(work, story.id)


def test_what_another_release_counted_is_counted_anew(clinic, past, story):
    work = clinic.work(moment=past.now)
    work.db.execute(
        text("UPDATE adherence_patients SET counted_release = 'another' WHERE clinic_id = :clinic"),
        {"clinic": clinic.id},
    )
    assert run(work) == 1
    assert run(work) == 0


def test_nobody_is_counted_who_is_not_there(clinic):
    assert recount(clinic.work(), {uuid4(): EVERY}) == 0


def now(clinic, past, story):
    """The rows on file now."""
    work = clinic.work(moment=past.now)
    try:
        return kept(work, story.id)
    finally:
        work.abandon()


def test_a_report_of_yesterday_writes_the_rows_of_its_week_alone(clinic, past, story):
    past.forward(days=15)
    story.report(1, 9, 20, "done")
    before = now(clinic, past, story)
    story.report(1, 6, 20, "done")
    after = now(clinic, past, story)
    differing = [key for key in after if after[key] != before[key]]
    assert {key[0] for key in differing} == {"aerobic", "all"}
    assert len(differing) == 2
