"""Data points of devices become reports, fields of them, facts, or are kept; nothing alarming is lost."""

from copy import deepcopy
from uuid import uuid4

import pytest

from tests.prescriptions.wire import on_file, signed
from tests.sessions import wire
from tests.sessions.data_points import (
    glucose,
    heart_rate,
    interval,
    minute,
    on_report,
    only,
    point,
    post,
    pressure,
    received,
    related,
    walk,
)


def id_of(one):
    return one["header"]["uuid"]


def lasting(value, unit):
    """The frame of an interval that is told by its end and its length."""
    ends = "2026-01-01T00:00:00Z"
    return {"time_interval": {"end_date_time": ends, "duration": {"value": value, "unit": unit}}}


def codes(result):
    return {(error["pointer"], error["code"]) for error in result["errors"]}


def rules(answer, session_id):
    (session,) = [one for one in answer["sessions"] if one["session_id"] == session_id]
    return {one["rule_id"] for one in session["triage"]["findings"]}


def profile(caller, patient, name):
    facts = caller.get(f"{patient}/profile").json["facts"]
    return next(one for one in facts if one["name"] == name)


class TestActivities:
    def test_a_walk_is_a_report_of_a_device(self, caller, patient):
        one = walk(met_value=3.2, distance={"value": 1.9, "unit": "km"})
        answer = received(caller, patient, one)
        assert (answer["sent"], answer["accepted"], answer["duplicate"], answer["refused"]) == (1, 1, 0, 0)
        (result,) = answer["results"]
        assert (result["became"], result["session_id"]) == ("session", id_of(one))
        shown = wire.shown(caller, id_of(one))
        assert (shown["reporter"], shown["evidence"], shown["status"]) == ("device", "device", "done")
        assert (shown["minutes"], shown["source"], shown["prescription_id"]) == (30, "A watch", None)
        assert (shown["time_zone"], shown["versions"][0]["format"]) == ("Europe/Rome", "open-mhealth")
        assert result["says"][-1] == "Kept as sent, and read by nothing: met_value, distance."
        (session,) = answer["sessions"]
        assert session["triage"]["messages"]

    def test_both_versions_of_the_schema_say_the_same(self, caller, patient):
        one = walk(kind="old-walk", reported_activity_intensity="moderate")
        assert only(caller, patient, one)["became"] == "session"

    def test_a_single_data_point_needs_no_array(self, caller, patient):
        answer = caller.post(f"{patient}/data-points", json=walk())
        assert answer.json["results"][0]["became"] == "session"

    def test_what_was_moved_counts_and_not_the_pauses(self, caller, patient):
        one = walk(duration={"value": 1220, "unit": "sec"})
        assert only(caller, patient, one)["fields"][0]["value"] == 20

    def test_end_and_duration_tell_the_start(self, caller, patient):
        frame = {"time_interval": {"end_date_time": minute(-30), "duration": {"value": 0.5, "unit": "h"}}}
        one = walk(effective_time_frame=frame)
        received(caller, patient, one)
        assert on_report(caller, id_of(one))["performed_at"] == minute(-60)

    def test_what_is_self_reported_is_no_evidence_of_a_device(self, caller, patient):
        one = walk(header={"modality": "self-reported"})
        received(caller, patient, one)
        shown = wire.shown(caller, id_of(one))
        assert (shown["reporter"], shown["evidence"]) == ("patient", "self-report")

    @pytest.mark.parametrize(
        "body",
        [
            {"effective_time_frame": interval(-3000, -1560)},
            {"activity_name": "Sedentary"},
            {"descriptive_statistic": "average"},
            {"duration": {"value": 10, "unit": "sec"}},
        ],
    )
    def test_what_is_no_session_for_sure_is_kept_without_effect(self, caller, patient, body):
        result = only(caller, patient, walk(**body))
        assert (result["result"], result["became"], result["session_id"]) == ("accepted", "kept", None)
        assert result["says"]
        assert caller.get(f"{patient}/sessions").json["items"] == []

    def test_an_activity_without_an_interval_is_kept(self, caller, patient):
        one = point("old-walk", {"activity_name": "Walking"})
        assert only(caller, patient, one)["became"] == "kept"
        day = {"time_interval": {"date": "2026-01-10", "part_of_day": "morning"}}
        assert only(caller, patient, walk(kind="old-walk", effective_time_frame=day))["became"] == "kept"


class TestPlans:
    @pytest.fixture
    def planned(self, clinic, caller):
        patient = on_file(caller)
        return patient, signed(caller, patient, str(clinic.practitioner()), "recumbent-cycle-easy")

    def test_the_id_of_an_exercise_of_the_plan_is_that_exercise(self, caller, planned):
        patient, plan = planned
        steps = {"value": 1800, "unit": "steps"}
        one = walk(activity_name=" Recumbent-Cycle-EASY ", base_movement_quantity=steps, start=-20, end=-5)
        result = only(caller, patient, one)
        report = on_report(caller, id_of(one))
        assert report["items"] == [{"exercise_id": "recumbent-cycle-easy", "minutes": 15, "steps": 1800}]
        assert report["prescription_id"] == plan["id"]
        assert result["says"] == ["It is recumbent-cycle-easy of the plan."]

    @pytest.mark.parametrize("name", ["Walking", "walk-moderate", "cycle", "recumbent"])
    def test_no_other_name_is_guessed(self, caller, planned, name):
        patient, _ = planned
        one = walk(activity_name=name)
        received(caller, patient, one)
        report = on_report(caller, id_of(one))
        assert "items" not in report
        assert "prescription_id" not in report

    def test_before_the_plan_began_nothing_is_of_it(self, caller, planned):
        patient, _ = planned
        one = walk(activity_name="recumbent-cycle-easy", start=-5000, end=-4980)
        received(caller, patient, one)
        assert "items" not in on_report(caller, id_of(one))


class TestMeasurements:
    """A walk from an hour ago to half an hour ago, and what was measured around it."""

    @pytest.mark.parametrize(
        ("one", "fields"),
        [
            (heart_rate(131.5, -50), {"hr_peak": 132}),
            (heart_rate(120, -50, descriptive_statistic="maximum"), {"hr_peak": 120}),
            (heart_rate(70, -65, **related("at rest")), {"hr_pre": 70}),
            (heart_rate(74, -62, **related("before exercise")), {"hr_pre": 74}),
            (heart_rate(95, -25, **related("after exercise")), {"hr_post5": 95}),
            (pressure(165, 85, -45), {"sys_peak": 165, "dia_peak": 85}),
            (pressure(165, 85, -45, **related("during exercise")), {"sys_peak": 165, "dia_peak": 85}),
            (pressure(138, 80, -70, **related("before exercise")), {"sys_pre": 138, "dia_pre": 80}),
            (
                pressure(130, 78, -20, body_posture="sitting", **related("after exercise")),
                {"sys_post": 130, "dia_post": 78},
            ),
            (
                pressure(124, 78, -20, body_posture="standing", **related("after exercise")),
                {"sys_standing_post": 124},
            ),
            (glucose(121, -40), {"glucose_min": 121}),
            (glucose(7, -70, "mmol/L", **related("before exercise")), {"glucose_pre": 126.112}),
            (glucose(110, -10, **related("after exercise")), {"glucose_min": 110, "glucose_post": 110}),
        ],
    )
    def test_a_measurement_fills_its_field(self, caller, patient, one, fields):
        result, session = received(caller, patient, one, walk())["results"]
        assert result["became"] == "measurement"
        assert {each["name"]: each["value"] for each in result["fields"]} == fields
        assert all(each["stands"] for each in result["fields"])
        report = on_report(caller, session["session_id"])
        assert {name: report[name] for name in fields} == fields
        assert not report.keys() & {"hr_mean", "ketones_mmol_l"}

    def test_an_average_of_the_whole_is_the_mean(self, caller, patient):
        frame = {"effective_time_frame": interval(-58, -31), "descriptive_statistic": "average"}
        session, _ = received(caller, patient, walk(), heart_rate(112, -50, **frame))["results"]
        assert on_report(caller, session["session_id"])["hr_mean"] == 112

    @pytest.mark.parametrize(
        "one",
        [
            heart_rate(112, 0, effective_time_frame=interval(-50, -45), descriptive_statistic="average"),
            heart_rate(12, -50, descriptive_statistic="standard deviation"),
            heart_rate(80, -20),
            heart_rate(80, -20, **related("after exercise")),
            heart_rate(80, -50, **related("before exercise")),
            pressure(130, 78, -20, **related("after exercise")),
            pressure(130, 78, -70, **related("at rest")),
            glucose(90, -50, specimen_source="urine"),
            glucose(90, -500, specimen_source="interstitial fluid"),
        ],
    )
    def test_what_is_not_said_surely_is_kept_without_effect(self, caller, patient, one):
        session, result = received(caller, patient, walk(), one)["results"]
        assert (result["became"], result["fields"], result["facts"]) == ("kept", [], [])
        assert "without effect" in result["says"][-1]
        assert set(on_report(caller, session["session_id"])) <= {
            *("session_id", "performed_at", "time_zone", "status", "reporter", "source", "duration_min")
        }

    def test_of_several_the_highest_the_lowest_and_the_nearest_stand(self, caller, patient):
        many = [heart_rate(110, -55), heart_rate(141, -40), heart_rate(139, -35)]
        many += [glucose(140, -50), glucose(98, -40), glucose(101, -20, **related("after exercise"))]
        many += [pressure(150, 90, -50), pressure(170, 80, -40)]
        many += [pressure(140, 82, -80, **related("before exercise"))]
        many += [pressure(136, 80, -61, **related("before exercise"))]
        session, *_ = received(caller, patient, walk(), *many)["results"]
        report = on_report(caller, session["session_id"])
        told = {"hr_peak": 141, "glucose_min": 98, "glucose_post": 101, "sys_peak": 170, "dia_peak": 90}
        told |= {"sys_pre": 136, "dia_pre": 80}
        assert {name: report[name] for name in told} == told

    def test_what_comes_later_corrects_the_report(self, caller, patient):
        one = walk()
        received(caller, patient, one, heart_rate(120, -50))
        answer = received(caller, patient, heart_rate(150, -40), glucose(61, -35))
        assert {one["session_id"] for one in answer["sessions"]} == {id_of(one)}
        assert answer["sessions"][0]["result"] == "corrected"
        assert rules(answer, id_of(one)) >= {"rep-hypo-70"}
        shown = wire.shown(caller, id_of(one))
        assert [each["telling"] for each in shown["versions"]] == ["reported", "corrected"]
        assert (shown["report"]["hr_peak"], shown["report"]["glucose_min"]) == (150, 61)

    def test_what_changes_nothing_corrects_nothing(self, caller, patient):
        one = walk()
        received(caller, patient, one, heart_rate(150, -50))
        answer = received(caller, patient, heart_rate(120, -40))
        assert answer["sessions"] == []
        (field,) = answer["results"][0]["fields"]
        assert (field["name"], field["value"], field["stands"]) == ("hr_peak", 120, False)
        assert len(wire.shown(caller, id_of(one))["versions"]) == 1

    def test_measurements_may_come_before_their_activity(self, caller, patient):
        before = received(caller, patient, heart_rate(133, -45))["results"][0]
        assert before["became"] == "kept"
        one = walk()
        received(caller, patient, one)
        assert on_report(caller, id_of(one))["hr_peak"] == 133
        listed = caller.get(f"{patient}/data-points").json["items"]
        assert {each["became"] for each in listed} == {"session", "measurement"}

    def test_a_report_that_a_person_corrected_is_left_alone(self, caller, patient):
        one = walk()
        received(caller, patient, one)
        body = on_report(caller, id_of(one)) | {"duration_min": 25}
        assert wire.correct(caller, body).status_code == 200
        assert only(caller, patient, heart_rate(133, -45))["became"] == "kept"

    def test_a_report_of_the_patient_is_never_changed(self, caller, patient):
        told = wire.sent(caller, patient)
        assert only(caller, patient, heart_rate(133, -59))["became"] == "kept"
        assert len(wire.shown(caller, told["session_id"])["versions"]) == 1


class TestFacts:
    @pytest.mark.parametrize(
        ("one", "facts"),
        [
            (
                pressure(142, 84, -600, body_posture="sitting", **related("at rest")),
                {"resting_sys": 142, "resting_dia": 84},
            ),
            (heart_rate(63, -600, **related("at rest")), {"resting_hr": 63}),
            (glucose(140, -10), {"glucose_mg_dl": 140}),
            (glucose(7.8, -10, "mmol/L", specimen_source="capillary blood"), {"glucose_mg_dl": 140.5248}),
        ],
    )
    def test_what_says_all_that_a_fact_means_is_that_fact(self, caller, patient, one, facts):
        result = only(caller, patient, one)
        assert (result["became"], result["session_id"]) == ("fact", None)
        assert {each["name"]: each["value"] for each in result["facts"]} == facts
        for name, value in facts.items():
            assert profile(caller, patient, name)["value"] == value

    @pytest.mark.parametrize(
        "one",
        [
            pressure(142, 84, -600, body_posture="standing", **related("at rest")),
            pressure(142, 84, -600, body_posture="sitting"),
            heart_rate(63, -600, temporal_relationship_to_sleep="during sleep", **related("at rest")),
            heart_rate(63, -600),
            glucose(140, -10, specimen_source="saliva"),
            glucose(140, -10, descriptive_statistic="average"),
        ],
    )
    def test_anything_less_is_no_fact(self, caller, patient, one):
        result = only(caller, patient, one)
        assert (result["became"], result["facts"]) == ("kept", [])
        kept = caller.get(f"{patient}/facts").json["items"]
        assert {each["name"] for each in kept} <= {"birth_date"}

    def test_the_unit_as_sent_is_kept_with_the_fact(self, caller, patient):
        one = glucose(7.8, -10, "mmol/L")
        result = only(caller, patient, one)
        assert result["says"] == ["7.8 mmol/L is read as 140.5 mg/dL."]
        (fact,) = [
            each for each in caller.get(f"{patient}/facts").json["items"] if each["name"] != "birth_date"
        ]
        assert (fact["value_as_sent"], fact["unit_as_sent"]) == (7.8, "mmol/L")
        assert (fact["source"], fact["source_record_id"]) == ("A watch", id_of(one))


class TestRedFlags:
    @pytest.mark.parametrize(
        ("one", "rule", "level"),
        [
            (glucose(48, -600), "rep-hypo-54", "urgent"),
            (glucose(2.6, -600, "mmol/L"), "rep-hypo-54", "urgent"),
            (glucose(61, -600, specimen_source="interstitial fluid"), "rep-hypo-70", "review"),
            (glucose(340, -600), "rep-glucose-high", "review"),
            (glucose(50, 0, effective_time_frame=interval(-900, -600), descriptive_statistic="minimum"),
             "rep-hypo-54", "urgent"),
            (pressure(226, 90, -600), "rep-bp-peak", "urgent"),
            (pressure(219.5, 90, -600), "rep-bp-peak", "urgent"),
            (pressure(150, 112, -600, body_posture="sitting", **related("at rest")), "rep-bp-peak", "urgent"),
        ],
    )  # fmt: skip
    def test_outside_of_any_session_it_opens_a_report_and_an_alert(self, caller, patient, one, rule, level):
        answer = received(caller, patient, one)
        (result,) = answer["results"]
        assert (result["became"], result["session_id"]) == ("red-flag", id_of(one))
        (session,) = answer["sessions"]
        assert rule in rules(answer, id_of(one))
        assert session["level"] == level
        alert = caller.get(f"/v1/alerts/{session['triage']['alert_id']}").json
        assert (alert["level"], alert["state"]) == (level, "open")
        report = on_report(caller, id_of(one))
        assert (report["status"], report["reporter"]) == ("partial", "device")
        assert "duration_min" not in report

    def test_within_a_session_it_is_in_its_report(self, caller, patient):
        one = walk()
        answer = received(caller, patient, glucose(48, -40), one)
        assert answer["results"][0]["became"] == "measurement"
        assert "rep-hypo-54" in rules(answer, id_of(one))
        assert answer["sessions"][0]["locks"]

    @pytest.mark.parametrize(
        ("one", "rule"),
        [
            (pressure(231, 100, -65, **related("before exercise")), "rep-bp-peak"),
            (glucose(350, -40), "rep-glucose-high"),
            (pressure(231, 100, -45, descriptive_statistic="average"), "rep-bp-peak"),
        ],
    )
    def test_where_its_field_shows_nothing_it_is_told_beside(self, caller, patient, one, rule):
        answer = received(caller, patient, walk(), one)
        result = answer["results"][1]
        assert result["became"] == "red-flag"
        assert rule in rules(answer, id_of(one))

    def test_a_lower_one_that_is_not_the_nearest_is_not_lost(self, caller, patient):
        low = glucose(48, -75, **related("before exercise"))
        answer = received(caller, patient, walk(), low, glucose(120, -61, **related("before exercise")))
        assert answer["results"][1]["became"] == "red-flag"
        assert "rep-hypo-54" in rules(answer, id_of(low))

    def test_those_of_half_an_hour_share_a_report(self, caller, patient):
        series = [glucose(50 + step % 3, -600 + 5 * step) for step in range(10)]
        answer = received(caller, patient, *series)
        assert {one["became"] for one in answer["results"]} == {"red-flag"}
        assert len(answer["sessions"]) == 2
        later = received(caller, patient, glucose(44, -590))
        assert [one["result"] for one in later["sessions"]] == ["corrected"]
        assert on_report(caller, later["results"][0]["session_id"])["glucose_min"] == 44

    def test_what_is_no_level_of_blood_alarms_nobody(self, caller, patient):
        answer = received(caller, patient, glucose(40, -600, specimen_source="sweat"))
        assert (answer["results"][0]["became"], answer["sessions"]) == ("kept", [])

    def test_a_series_in_one_call_asks_for_few_statements(self, caller, patient, statements):
        series = [walk(), *(heart_rate(100 + step, -59 + step / 4) for step in range(100))]
        with statements.at_most(40):
            received(caller, patient, *series)


class TestIdentity:
    def test_the_same_again_is_a_duplicate_with_the_same_answer(self, caller, patient):
        points = [walk(), glucose(48, -600), heart_rate(120, -50)]
        first = received(caller, patient, *points)
        again = received(caller, patient, *(dict(reversed(one.items())) for one in points))
        assert (again["duplicate"], again["sessions"]) == (3, [])
        assert again["results"] == [one | {"result": "duplicate"} for one in first["results"]]
        assert len(caller.get(f"{patient}/sessions").json["items"]) == 2

    def test_twice_in_one_body_counts_once(self, caller, patient):
        one = walk()
        answer = received(caller, patient, one, one)
        assert [each["result"] for each in answer["results"]] == ["accepted", "duplicate"]
        assert [each["position"] for each in answer["results"]] == [0, 1]

    def test_other_content_under_one_id_is_refused(self, caller, patient):
        one = walk()
        other = deepcopy(one)
        other["body"]["activity_name"] = "Cycling"
        answer = received(caller, patient, one, other)
        assert codes(answer["results"][1]) == {("/header/uuid", "id-taken")}
        assert codes(only(caller, patient, other)) == {("/header/uuid", "id-taken")}

    def test_the_id_of_a_report_or_of_another_patient_is_refused(self, caller, patient):
        told = wire.sent(caller, patient)
        taken = walk(header={"uuid": told["session_id"]})
        assert codes(only(caller, patient, taken)) == {("/header/uuid", "id-taken")}
        one = walk()
        received(caller, patient, one)
        other = caller.post("/v1/patients", json={}).headers["Location"]
        assert codes(only(caller, other, one)) == {("/header/uuid", "id-taken")}

    def test_a_walk_of_the_watch_and_one_of_the_patient_are_one_session(self, caller, patient):
        one = walk()
        told = wire.sent(caller, patient, performed_at=minute(-60))
        received(caller, patient, one)
        assert wire.shown(caller, id_of(one))["links"]["session_ids"] == [told["session_id"]]

    def test_what_was_sent_is_shown_as_it_was_sent(self, caller, patient):
        points = [walk(note={"made": "up"}), glucose(120, -600)]
        received(caller, patient, *points)
        listed = caller.get(f"{patient}/data-points").json["items"]
        assert [one["document"] for one in listed] in (points, points[::-1])
        first = caller.get(f"{patient}/data-points?limit=1")
        rest = caller.get(first.headers["Link"].partition(">")[0][1:]).json
        assert [*first.json["items"], *rest["items"]] == listed


class TestRefusals:
    def test_an_unknown_schema_stops_no_other(self, caller, patient):
        steps = walk()
        steps["header"]["schema_id"] = {"namespace": "omh", "name": "step-count", "version": "3.0"}
        answer = received(caller, patient, steps, walk())
        assert (answer["accepted"], answer["refused"]) == (1, 1)
        refused = answer["results"][0]
        assert codes(refused) == {("/header/schema_id", "unknown-schema")}
        assert "omh:blood-glucose:4.0" in refused["errors"][0]["detail"]
        assert (refused["point_id"], refused["schema"]) == (id_of(steps), None)

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (("header", "uuid", "1"), ("/header/uuid", "not-a-uuid")),
            (("header", "uuid", None), ("/header/uuid", "type")),
            (
                ("header", "source_creation_date_time", "today"),
                ("/header/source_creation_date_time", "not-an-instant"),
            ),
            (("header", "modality", "felt"), ("/header/modality", "not-in-the-list")),
            (("body", "blood_glucose", {"value": 100}), ("/body/blood_glucose/unit", "required")),
            (
                ("body", "blood_glucose", {"value": "100", "unit": "mg/dL"}),
                ("/body/blood_glucose/value", "type"),
            ),
            (
                ("body", "blood_glucose", {"value": 100, "unit": "g/L"}),
                ("/body/blood_glucose/unit", "not-in-the-list"),
            ),
            (
                ("body", "blood_glucose", {"value": 5, "unit": "mg/dL"}),
                ("/body/blood_glucose/value", "out-of-range"),
            ),
            (("body", "specimen_source", "blood"), ("/body/specimen_source", "not-in-the-list")),
            (("body", "effective_time_frame", {}), ("/body/effective_time_frame", "against-schema")),
            (
                ("body", "effective_time_frame", {"date_time": "2026-01-10T08:00:00"}),
                ("/body/effective_time_frame/date_time", "no-offset"),
            ),
            (
                ("body", "effective_time_frame", {"date_time": "2026-02-30T08:00:00Z"}),
                ("/body/effective_time_frame/date_time", "not-an-instant"),
            ),
            (
                ("body", "effective_time_frame", {"date_time": "2206-01-10T08:00:00Z"}),
                ("/body/effective_time_frame", "in-future"),
            ),
            (
                ("body", "temporal_relationship_to_physical_activity", "later"),
                ("/body/temporal_relationship_to_physical_activity", "not-in-the-list"),
            ),
        ],
    )
    def test_what_does_not_hold_is_refused_with_a_pointer(self, caller, patient, change, fault):
        one = glucose(100, -60)
        part, name, value = change
        one[part][name] = value
        result = only(caller, patient, one)
        assert (result["result"], result["became"]) == ("refused", None)
        assert fault in codes(result)
        assert caller.get(f"{patient}/data-points").json["items"] == []

    @pytest.mark.parametrize(
        ("one", "fault"),
        [
            (pressure(80, 90, -60), ("/body/diastolic_blood_pressure/value", "not-below-systolic")),
            (pressure(330, 90, -60), ("/body/systolic_blood_pressure/value", "out-of-range")),
            (heart_rate(300, -60), ("/body/heart_rate/value", "out-of-range")),
            (walk(start=-20, end=60), ("/body/effective_time_frame", "in-future")),
            (
                walk(start=-20, end=-50),
                ("/body/effective_time_frame/time_interval/end_date_time", "ends-before-start"),
            ),
            (walk(duration={"value": 2, "unit": "h"}), ("/body/duration", "longer-than-interval")),
            (walk(duration={"value": -2, "unit": "h"}), ("/body/duration/value", "out-of-range")),
            (
                walk(effective_time_frame=lasting(1, "Mo")),
                ("/body/effective_time_frame/time_interval/duration/unit", "no-fixed-length"),
            ),
            (
                walk(effective_time_frame=lasting(1e300, "wk")),
                ("/body/effective_time_frame/time_interval/duration/value", "out-of-range"),
            ),
        ],
    )
    def test_what_cannot_be_is_refused(self, caller, patient, one, fault):
        assert fault in codes(only(caller, patient, one))

    @pytest.mark.parametrize(
        ("body", "fault"),
        [
            ([], ("", "wrong-number")),
            ([walk()] * 201, ("", "wrong-number")),
            ([walk(), {"header": {}}], ("/1/body", "required")),
            ([walk(), 7], ("/1", "type")),
            ({"header": [], "body": {}}, ("/header", "type")),
            (walk() | {"tail": 1}, ("/tail", "unknown")),
        ],
    )
    def test_what_is_no_data_point_at_all_refuses_the_whole(self, caller, patient, body, fault):
        answer = caller.post(f"{patient}/data-points", json=body)
        assert fault in wire.codes(answer)

    def test_another_clinics_patient_is_not_found(self, caller, patient, other_clinic):
        theirs = other_clinic.caller()
        assert post(theirs, patient, walk()).status_code == 404
        assert theirs.get(f"{patient}/data-points").status_code == 404

    @pytest.mark.parametrize("body", [b"", b"\x00\xff", b"{", b'{"header":{},"header":{}}', b"[" * 5000])
    def test_bytes_that_are_no_json_are_refused(self, caller, patient, body):
        answer = caller.post(f"{patient}/data-points", data=body, content_type="application/json")
        assert answer.status_code == 400


class TestTime:
    """A day is the patient's, whatever offset a device writes."""

    @pytest.mark.parametrize(
        ("start", "end", "day"),
        [
            ("2026-01-10T23:40:00+01:00", "2026-01-11T00:10:00+01:00", "2026-01-10"),
            ("2026-01-10T23:40:00Z", "2026-01-11T00:10:00Z", "2026-01-11"),
            ("2026-01-10T20:40:00-05:00", "2026-01-10T21:10:00-05:00", "2026-01-11"),
            ("2026-03-29T01:45:00+01:00", "2026-03-29T03:15:00+02:00", "2026-03-29"),
            ("2025-10-26T02:45:00+02:00", "2025-10-26T02:15:00+01:00", "2025-10-26"),
        ],
    )
    def test_offsets_and_changes_of_the_clock(self, caller, patient, start, end, day):
        frame = {"time_interval": {"start_date_time": start, "end_date_time": end}}
        one = walk(effective_time_frame=frame)
        assert only(caller, patient, one)["became"] == "session"
        shown = wire.shown(caller, id_of(one))
        assert (shown["local_date"], shown["minutes"], shown["time_zone"]) == (day, 30, "Europe/Rome")
        assert shown["report"]["performed_at"] == start

    def test_moments_are_compared_and_not_words(self, caller, patient):
        frame = {
            "time_interval": {
                "start_date_time": "2025-10-26T02:45:00+02:00",
                "end_date_time": "2025-10-26T02:15:00+01:00",
            }
        }
        one = walk(effective_time_frame=frame)
        within = heart_rate(120, 0, effective_time_frame={"date_time": "2025-10-26T01:00:00Z"})
        without = heart_rate(150, 0, effective_time_frame={"date_time": "2025-10-26T02:30:00+01:00"})
        results = received(caller, patient, one, within, without)["results"]
        assert [each["became"] for each in results] == ["session", "measurement", "kept"]


def test_the_schemas_are_told_with_what_becomes_of_them(caller):
    items = caller.get("/v1/data-point-schemas").json["items"]
    assert {one["schema"]: one["is_deprecated"] for one in items} == {
        "ieee:physical-activity:1.0": False,
        "omh:physical-activity:1.2": True,
        "omh:heart-rate:2.0": False,
        "omh:blood-pressure:4.0": False,
        "omh:blood-glucose:4.0": False,
    }
    assert all(one["becomes"] and one["document"]["properties"] for one in items)


def test_a_key_makes_a_call_once(caller, patient):
    body, headers = [walk(header={"uuid": str(uuid4())})], {"Idempotency-Key": "one"}
    first = caller.post(f"{patient}/data-points", json=body, headers=headers)
    again = caller.post(f"{patient}/data-points", json=body, headers=headers)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert again.json == first.json


def test_a_stream_of_heart_rates_corrects_a_report_only_where_the_highest_rises(caller, patient):
    one = walk()
    received(caller, patient, one)
    for first in range(0, 600, 200):
        many = [heart_rate(100 + step % 50, -59 + step / 25) for step in range(first, first + 200)]
        assert received(caller, patient, *many)["accepted"] == 200
    assert on_report(caller, id_of(one))["hr_peak"] == 149
    assert len(wire.shown(caller, id_of(one))["versions"]) == 2
