"""The adherence of one patient over HTTP: the cases of the specification, windows, words and ways."""

from datetime import timedelta

import pytest

from tests.adherence.wire import ZONE, adherence, days, draft, reported, signed, today
from tests.checks.wire import facts, screened
from tests.prescriptions.wire import WALK, content, moved, redraft, sign, tell
from tests.sessions.wire import codes

DAY = timedelta(days=1)

CASES = {
    # sessions by day and minutes; hold and going on; days of the window; what is expected of the answer
    "A1": ([(n, 20) for n in range(5)], None, 7, (5.0, 100.0, 100.0, 100.0)),
    "A2": ([(n, 20) for n in range(3)], None, 7, (5.0, 60.0, 60.0, 60.0)),
    "A3": ([(n, 20) for n in range(7)], None, 14, (10.0, 50.0, 50.0, 70.0)),
    "A4": ([(0, 20), (1, 20), (2, 20), (3, 20), (4, 20), (8, 20)], None, 10, (7.1, 84.0, 84.0, 84.0)),
    "A5": ([(n, 20) for n in (*range(5), *range(14, 19))], (7, 14), 21, (10.0, 100.0, 100.0, 100.0)),
    "A6": ([(0, 20), (1, 20)], (3, 7), 7, (2.1, 93.3, 93.3, 93.3)),
    "A7": ([], (0, 7), 7, (0.0, None, None, None)),
    "A8": ([(n, 10) for n in range(5)], None, 7, (5.0, 100.0, 50.0, 50.0)),
    "A9": ([(n, 40) for n in range(3)], None, 7, (5.0, 60.0, 100.0, 120.0)),
    "A10": ([(0, 20), (4, 20)], (3, 7), 7, (2.1, 46.7, 46.7, 46.7)),
    "A11": ([], None, 7, (5.0, 0.0, 0.0, 0.0)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_cases_of_the_specification(*, lasting, past, patient, plan, signer, case):
    told, hold, length, expected = CASES[case]
    first, began = today(past), past.now
    if hold is not None:
        past.now = began + hold[0] * DAY
        assert moved(lasting, plan, "hold", signer, reason="A fever.").status_code == 200
        past.now = began + hold[1] * DAY
        tell(lasting, patient, hours=1, told=screened()["facts"])
        assert moved(lasting, plan, "resume", signer, reason="Well again.").status_code == 200
    past.now = began + length * DAY
    for offset, minutes in told:
        reported(lasting, patient, plan, first + offset * DAY, minutes=minutes)
    window = {"from_": first, "to": first + (length - 1) * DAY}
    total = adherence(lasting, patient, **window)["total"]
    found = [total[name]["percent"] for name in ("lower", "completion", "dose_ratio")]
    assert (total["expected"], *found) == expected
    if case == "A7":
        assert total["lower"]["reason"] == total["upper"]["reason"] == "paused"
    if case == "A11":
        assert (total["upper"]["percent"], total["projected"]["reason"]) == (100.0, "nothing-reported")


class TestWindows:
    @pytest.mark.parametrize(
        ("first", "last", "found"),
        [
            (1, 2, ("/query/to", "reversed")),
            (0, -1, ("/query/to", "in-future")),
            (-1, None, ("/query/from", "in-future")),
            (366, 0, ("/query/from", "too-long")),
        ],
    )
    def test_a_window_that_cannot_be_is_refused(self, *, lasting, past, plan, patient, first, last, found):
        asked = {"from": today(past) - first * DAY}
        if last is not None:
            asked["to"] = today(past) - last * DAY
        answer = lasting.get(f"{patient}/adherence", query_string=asked)
        assert found in codes(answer)

    def test_the_beginning_of_time_is_a_window_as_well(self, lasting, plan, patient):
        found = adherence(lasting, patient, to="0001-01-02")
        assert (found["from"], found["absent"]) == ("0001-01-01", "not-started")

    def test_a_year_of_days_is_answered(self, lasting, past, plan, patient):
        adherence(lasting, patient, from_=today(past) - 365 * DAY, to=today(past))

    def test_a_patient_of_nobody_is_not_found(self, lasting):
        adherence(lasting, "/v1/patients/019a9c51-3c4d-7e5f-8a6b-7c8d9e0f1a2b", 404)

    def test_without_a_prescription_the_answer_says_so(self, lasting, patient):
        found = adherence(lasting, patient)
        assert found["absent"] == "no-prescription"
        assert found["total"]["lower"] == {"percent": None, "reason": "no-prescription"}
        assert (found["lines"], found["weeks"], found["periods"]) == ([], [], [])

    def test_by_default_it_is_the_last_twelve_weeks(self, lasting, past, plan, patient):
        found = adherence(lasting, patient)
        assert (found["from"], found["to"]) == (str(today(past) - 83 * DAY), str(today(past)))

    def test_today_is_the_patients(self, lasting, past, plan, patient):
        past.now = past.now.replace(hour=23, minute=30) + 3 * DAY
        assert past.now.date() != past.now.astimezone(ZONE).date()
        assert adherence(lasting, patient)["today"] == str(past.now.astimezone(ZONE).date())


class TestWords:
    def test_what_was_not_told_and_what_was_not_done_are_different_words(self, lasting, past, patient, plan):
        first = today(past)
        past.now += 7 * DAY
        reported(lasting, patient, plan, first)
        reported(lasting, patient, plan, first + DAY, status="skipped", skip_reason="pain")
        found = adherence(lasting, patient, from_=first, to=first + 6 * DAY)["total"]
        words = found["words"]
        assert (words["due"], words["done"], words["declared_missed"], words["unreported"]) == (5, 1, 1, 3)
        assert (found["lower"]["percent"], found["upper"]["percent"]) == (20.0, 80.0)
        assert found["projected"] == {"percent": None, "reason": "low-coverage"}
        assert found["findings"] == 1
        assert [(one["reason"], one["finding"]) for one in found["reasons"]] == [("pain", True)]

    def test_a_session_that_a_check_refused_is_withheld(self, lasting, past, patient, plan):
        first = today(past)
        told = facts({"acute_illness_today": "yes", "symptoms_today": ["none"]})
        body = {"observed_at": past.now.isoformat(), "facts": told}
        answer = lasting.post(f"{patient}/pre-session-checks", json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json["withheld"] is not None, answer.text
        past.now += 7 * DAY
        found = adherence(lasting, patient, from_=first, to=first + 6 * DAY)["total"]
        assert (found["words"]["withheld"], found["expected"]) == (1, 4)
        (session,) = lasting.get(found["sessions"]["withheld"]).json["items"]
        assert session["check_ids"] == [answer.json["id"]]
        assert lasting.get(session["hrefs"][0]).status_code == 200

    def test_late_reports_recount_what_was(self, lasting, past, patient, plan):
        first = today(past)
        past.now += 30 * DAY
        window = {"from_": first, "to": first + 6 * DAY}
        assert adherence(lasting, patient, **window)["total"]["lower"]["percent"] == 0.0
        for day in days(first, 5):
            reported(lasting, patient, plan, day)
        assert adherence(lasting, patient, **window)["total"]["lower"]["percent"] == 100.0

    def test_lines_count_their_own_sessions(self, lasting, past, patient, signer):
        plan = signed(lasting, patient, signer, balance=True)
        first = today(past)
        past.now += 7 * DAY
        for day in days(first, 5):
            reported(lasting, patient, plan, day)
        reported(lasting, patient, plan, first, hour=15, minutes=10, exercise="semi-tandem")
        found = adherence(lasting, patient, from_=first, to=first + 6 * DAY)
        lines = {one["line"]: one["lower"]["percent"] for one in found["lines"]}
        assert lines == {"aerobic": 100.0, "balance": 50.0}
        assert found["total"]["expected"] == 7.0

    def test_another_revision_is_counted_from_its_own_first_day(self, lasting, past, patient, plan, signer):
        first = today(past)
        past.now += 10 * DAY
        tell(lasting, patient, hours=1, told=screened()["facts"])
        body = content(**draft(days_per_week=2), reason="Too much.")
        second = redraft(lasting, plan, body).json
        assert sign(lasting, second, signer).status_code == 200
        past.now += 10 * DAY
        found = adherence(lasting, patient, by="revision", from_=first, to=first + 19 * DAY)
        (one, two) = found["periods"]
        assert [(each["revision"], each["from"], each["to"]) for each in (one, two)] == [
            (1, str(first), str(first + 9 * DAY)),
            (2, str(first + 10 * DAY), str(first + 19 * DAY)),
        ]
        assert one["numbers"][0]["expected"] == 7.1
        assert two["numbers"][0]["expected"] == 2.9
        assert [(each["revision"], each["week"]) for each in found["weeks"]] == [
            (1, 1),
            (1, 2),
            (2, 1),
            (2, 2),
        ]

    def test_what_a_report_locks_is_a_pause_of_its_lines_alone(self, lasting, past, patient, signer):
        plan = signed(lasting, patient, signer, balance=True, exercise=WALK)
        first = today(past)
        reported(lasting, patient, plan, first, exercise=WALK, foot_check_after="bleeding-or-open")
        past.now += 7 * DAY
        found = adherence(lasting, patient, from_=first, to=first + 6 * DAY)
        (pause,) = found["pauses"]
        assert (pause["from"], pause["to"], pause["kind"]) == (str(first + DAY), None, "medical")
        assert "aerobic" in pause["lines"]
        lines = {one["line"]: one["words"]["paused"] for one in found["lines"]}
        assert lines["aerobic"] == 4.3
        (event,) = found["events"]
        assert (event["date"], event["level"]) == (str(first), "urgent")
        assert lasting.get(event["href"]).status_code == 200


class TestWays:
    def test_every_number_opens_to_as_many_sessions(self, lasting, past, patient, plan):
        first = today(past)
        past.now += 14 * DAY
        for day in days(first, 6):
            reported(lasting, patient, plan, day, rpe=10, rpe_scale="borg-6-20")
        reported(lasting, patient, plan, first + 8 * DAY, status="partial", minutes=5, stop_reason="pain")
        reported(lasting, patient, plan, first + 9 * DAY, status="skipped", skip_reason="time")
        found = adherence(lasting, patient, from_=first, to=first + 13 * DAY)["total"]
        counted = {
            name: len(lasting.get(found["sessions"][name]).json["items"])
            for name in ("all", "done", "partly", "declared_missed", "extra", "rated", "in_band", "reported")
        }
        assert counted == {
            "all": 8, "done": 6, "partly": 1, "declared_missed": 1, "extra": found["extra"],
            "rated": found["over_doing"]["rated"], "in_band": 6, "reported": 8,
        }  # fmt: skip
        for one in (*found["by_evidence"], *found["reasons"]):
            assert len(lasting.get(one["href"]).json["items"]) == one["sessions"]

    def test_the_links_of_the_answer_lead_somewhere(self, lasting, past, patient, plan):
        found = adherence(lasting, patient)
        for name in ("self", "patient", "sessions", "alerts"):
            assert lasting.get(found["links"][name]).status_code == 200, name
        assert lasting.get(found["links"]["self"]).json == found

    def test_a_session_names_its_reports(self, lasting, past, patient, plan):
        first = today(past)
        told = reported(lasting, patient, plan, first)
        again = reported(lasting, patient, plan, first, reporter="caregiver", source="carer")
        (one,) = lasting.get(f"{patient}/adherence/sessions").json["items"]
        assert set(one["session_ids"]) == {told["session_id"], again["session_id"]}
        for href in one["hrefs"]:
            assert lasting.get(href).status_code == 200


def test_a_page_is_a_few_statements(lasting, past, patient, plan, statements):
    for day in days(today(past) - 3 * DAY, 3):
        reported(lasting, patient, plan, day)
    with statements.at_most(3):
        adherence(lasting, patient)
