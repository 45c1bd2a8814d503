from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.clinical.session_fields import FIELDS, NUMBERS
from api.errors import Invalid
from api.sessions.reading import read
from tests.sessions.wire import ago, codes, report, sent, shown

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def refused(body):
    with pytest.raises(Invalid) as refusal:
        read(body, NOW)
    return {(error.pointer, error.code) for error in refusal.value.errors}


def told(**changed):
    return read(report(performed_at="2026-11-20T12:00:00Z") | changed, NOW)


class TestFields:
    @pytest.mark.parametrize("field", [one for one in NUMBERS if one.name != "rpe"], ids=lambda one: one.name)
    def test_a_number_is_within_its_range(self, field):
        lone = {"session_id": "7b1d2c3e-4f50-4a61-8b72-9c83ad94be05", "performed_at": "2026-11-20T12:00:00Z"}
        lone |= {"time_zone": "Europe/Rome", "status": "done", "reporter": "device"}
        for value in (field.minimum, field.maximum):
            assert getattr(read(lone | {field.name: value}, NOW).report, field.name) == value
        for value in (field.minimum - 1, field.maximum + 1):
            assert refused(lone | {field.name: value}) == {(f"/{field.name}", "out-of-range")}
        for value in (True, "7", [7], {}):
            assert {pointer for pointer, _ in refused(lone | {field.name: value})} == {f"/{field.name}"}

    @pytest.mark.parametrize(
        ("changed", "fault"),
        [
            ({"rpe": 11}, ("/rpe", "out-of-range")),
            ({"rpe": 5, "rpe_scale": "borg-6-20"}, ("/rpe", "out-of-range")),
            ({"rpe": 5, "rpe_scale": None}, ("/rpe", "incomplete")),
            ({"dia_peak": 160}, ("/dia_peak", "not-below-systolic")),
            ({"symptoms": ["none", "dizziness"]}, ("/symptoms", "none-with-others")),
            ({"symptoms": ["nausea", "nausea"]}, ("/symptoms", "duplicate-member")),
            ({"symptoms": "none"}, ("/symptoms", "invalid")),
            ({"symptoms": ["tired"]}, ("/symptoms", "not-in-the-list")),
            ({"status": "finished"}, ("/status", "not-in-the-list")),
            ({"status": None}, ("/status", "null")),
            ({"session_id": "1"}, ("/session_id", "not-a-uuid")),
            ({"note": "x" * 2001}, ("/note", "too-long")),
            ({"note": "\x07"}, ("/note", "control-character")),
            ({"source": " "}, ("/source", "empty")),
            ({"unheard_of": 1}, ("/unheard_of", "unknown")),
            ({"a/b~c": 1}, ("/a~1b~0c", "unknown")),
            ({"status": "skipped"}, ("/duration_min", "left-out")),
            (
                {"status": "skipped", "items": [{"exercise_id": "chair-march", "minutes": 20}]},
                ("/items/0/minutes", "left-out"),
            ),
            ({"prescription_revision": 1}, ("/prescription_id", "required")),
            ({"items": {}}, ("/items", "invalid")),
            ({"items": [1]}, ("/items/0", "type")),
            ({"items": [{}]}, ("/items/0/exercise_id", "required")),
            ({"items": [{"exercise_id": " "}]}, ("/items/0/exercise_id", "empty")),
            ({"items": [{"exercise_id": "moonwalk"}]}, ("/items/0/exercise_id", "unknown-exercise")),
            (
                {"items": [{"exercise_id": "chair-march", "minutes": 301}]},
                ("/items/0/minutes", "out-of-range"),
            ),
            (
                {"items": [{"exercise_id": "chair-march", "minutes": 21}]},
                ("/duration_min", "under-longest-item"),
            ),
            ({"items": [{"exercise_id": "chair-march", "pace": 1}]}, ("/items/0/pace", "unknown")),
            ({"items": [{"exercise_id": "chair-march"}] * 51}, ("/items", "wrong-number")),
        ],
    )
    def test_what_does_not_hold_is_refused_with_a_pointer(self, changed, fault):
        body = report(performed_at="2026-11-20T12:00:00Z") | changed
        assert fault in refused(body)

    def test_everything_that_is_wrong_is_told_at_once(self):
        body = report(hr_pre=3, rpe=20, items=[{"exercise_id": "moonwalk"}], local_date="2020-01-01")
        assert refused(body) == {
            ("/hr_pre", "out-of-range"),
            ("/rpe", "out-of-range"),
            ("/items/0/exercise_id", "unknown-exercise"),
            ("/local_date", "not-that-day"),
        }

    def test_what_is_null_was_not_told(self):
        asked = {one.name: None for one in FIELDS if not one.required}
        assert read(report(performed_at="2026-11-20T12:00:00Z") | asked, NOW).report.symptoms is None

    def test_no_symptom_told_is_not_asked(self):
        assert told(symptoms=[]).report.symptoms is None

    def test_the_same_content_has_the_same_hash(self):
        first = told(glucose_pre=140, symptoms=["nausea", "dizziness"])
        again = told(
            glucose_pre=140.0, symptoms=["dizziness", "nausea"], performed_at="2026-11-20T13:00:00+01:00"
        )
        assert first.sha256 == again.sha256
        assert first.sha256 != told(glucose_pre=141, symptoms=["nausea", "dizziness"]).sha256

    @pytest.mark.parametrize(
        ("reporter", "evidence"),
        [
            ("patient", "self-report"),
            ("caregiver", "caregiver"),
            ("clinician", "in-clinic"),
            ("device", "device"),
        ],
    )
    def test_the_evidence_goes_with_the_reporter_unless_told(self, reporter, evidence):
        assert told(reporter=reporter).evidence == evidence
        assert told(reporter=reporter, evidence="caregiver").evidence == "caregiver"

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        ),
        st.sampled_from([one.name for one in FIELDS] + ["time_zone", "local_date", "source", "evidence"]),
    )
    def test_whatever_stands_in_a_member_is_read_or_refused(self, value, name):
        with suppress(Invalid):
            read(report(performed_at="2026-11-20T12:00:00Z") | {name: value}, NOW)


# zone, first moment that the clocks skip, first moment that they show twice; in UTC, with the local day
SIX_ZONES = [
    ("Europe/Rome", "2026-03-29T01:00:00Z", "2026-10-25T00:30:00Z"),
    ("America/New_York", "2026-03-08T07:00:00Z", "2026-11-01T05:30:00Z"),
    ("America/Santiago", "2026-09-06T04:00:00Z", "2026-04-05T02:30:00Z"),
    ("Africa/Cairo", "2026-04-23T22:00:00Z", "2026-10-29T20:30:00Z"),
    ("Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-04-04T14:40:00Z"),
    ("Asia/Beirut", "2026-03-28T22:00:00Z", "2026-10-24T20:30:00Z"),
]


def clock(zone, moment):
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone))


class TestTime:
    @pytest.mark.parametrize(("zone", "gap", "_overlap"), SIX_ZONES)
    def test_around_a_gap_no_moment_changes_its_day(self, zone, gap, _overlap):
        after = clock(zone, gap)
        before = (after.astimezone(UTC) - timedelta(seconds=1)).astimezone(ZoneInfo(zone))
        assert after.utcoffset() > before.utcoffset()
        for at in (before, after):
            found = told(time_zone=zone, performed_at=at.isoformat())
            assert (found.local_date, found.flags) == (at.date(), ())
            assert found.report.performed_at.utcoffset() == at.utcoffset()

    @pytest.mark.parametrize(("zone", "_gap", "overlap"), SIX_ZONES)
    def test_an_hour_that_comes_twice_is_told_apart_by_its_offset(self, zone, _gap, overlap):
        first = clock(zone, overlap)
        shift = timedelta(minutes=30) if "Lord_Howe" in zone else timedelta(hours=1)
        second = (first.astimezone(UTC) + shift).astimezone(ZoneInfo(zone))
        assert first.replace(tzinfo=None) == second.replace(tzinfo=None)
        one = told(time_zone=zone, performed_at=first.isoformat())
        other = told(time_zone=zone, performed_at=second.isoformat())
        assert other.report.performed_at.astimezone(UTC) - one.report.performed_at.astimezone(UTC) == shift
        assert (one.flags, other.flags) == ((), ())
        assert one.local_date == other.local_date == first.date()
        assert one.sha256 != other.sha256

    @pytest.mark.parametrize(("zone", "gap", "_overlap"), SIX_ZONES)
    def test_an_offset_that_the_place_does_not_have_is_marked_and_the_moment_counts(
        self, zone, gap, _overlap
    ):
        at = clock(zone, gap)
        wrong = at.astimezone(UTC).astimezone(ZoneInfo("Pacific/Marquesas"))
        found = told(time_zone=zone, performed_at=wrong.isoformat())
        assert found.flags == ("offset-differs",)
        assert found.report.performed_at == at
        assert told(time_zone=zone, performed_at=gap).flags == ()

    @pytest.mark.parametrize(
        ("zone", "code"),
        [
            ("GMT+4", "fixed-offset"),
            ("UTC+01:00", "fixed-offset"),
            ("Etc/GMT-3", "fixed-offset"),
            ("EST", "abbreviation"),
            ("CET", "abbreviation"),
            ("EST5EDT", "abbreviation"),
            ("Mars/Olympus", "not-a-time-zone"),
            (4, "not-a-time-zone"),
        ],
    )
    def test_what_is_no_place_is_refused_with_a_hint(self, zone, code):
        assert refused(report(performed_at="2026-11-20T12:00:00Z", time_zone=zone)) == {("/time_zone", code)}

    def test_the_day_as_told_counts_if_it_is_next_to_that_of_the_moment(self):
        late = {"performed_at": "2026-11-20T23:30:00+01:00", "time_zone": "Europe/Rome"}
        assert told(**late).local_date == date(2026, 11, 20)
        found = told(**late, local_date="2026-11-21")
        assert (found.local_date, found.flags) == (date(2026, 11, 21), ("local-date-differs",))
        assert refused(report(**late) | {"local_date": "2026-11-22"}) == {("/local_date", "not-that-day")}

    def test_a_moment_without_an_offset_is_refused(self):
        assert refused(report(performed_at="2026-11-20T12:00:00")) == {("/performed_at", "no-offset")}

    @pytest.mark.parametrize("at", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1899-12-31T00:00:00Z"])
    def test_a_moment_beyond_any_life_is_refused(self, at):
        assert refused(report(performed_at=at)) == {("/performed_at", "out-of-range")}

    def test_a_session_lies_at_most_five_minutes_ahead(self):
        ahead = {minutes: (NOW + timedelta(minutes=minutes)).isoformat() for minutes in (5, 6)}
        assert read(report(performed_at=ahead[5]), NOW)
        assert refused(report(performed_at=ahead[6])) == {("/performed_at", "in-future")}

    def test_a_clock_that_is_ahead_sets_no_fact_in_the_future(self, caller, patient):
        answer = sent(caller, patient, performed_at=ago(minutes=-4), foot_check_after="blister")
        assert answer["triage"]["facts"]

    def test_days_are_shown_as_they_were_told(self, caller, patient):
        answer = sent(
            caller,
            patient,
            performed_at="2026-11-10T22:30:00-05:00",
            time_zone="America/New_York",
            local_date=None,
        )
        found = shown(caller, answer["session_id"])
        assert (found["local_date"], found["time_zone"]) == ("2026-11-10", "America/New_York")
        assert found["performed_at"] == "2026-11-11T03:30:00Z"


def test_a_refused_report_leaves_nothing(caller, patient):
    answer = caller.post(f"{patient}/sessions", json=report(hr_pre=1, foot_check_after="blister"))
    assert codes(answer) == {("/hr_pre", "out-of-range")}
    assert caller.get(f"{patient}/sessions").json["items"] == []
    assert caller.get(f"{patient}/locks").json["items"] == []
