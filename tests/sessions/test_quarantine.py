"""What could not be filed waits, is seen if it may be a red flag, and is fixed, run again or discarded."""

from uuid import uuid4

import pytest

from tests.sessions.test_batch import batch, item, lines
from tests.sessions.wire import report


@pytest.fixture
def patient_id(patient):
    return patient.rpartition("/")[2]


def aside(caller, sent):
    """The address of a report that is put aside."""
    (one,) = batch(caller, [sent])["results"]
    assert one["result"] == "quarantined", one
    return f"/v1/sessions/quarantine/{one['quarantine_id']}"


def causes(caller, alert_id):
    return caller.get(f"/v1/alerts/{alert_id}").json["causes"]


def test_it_is_listed_and_found_by_state_level_and_patient(caller, patient_id):
    nobody = aside(caller, report() | {"patient_id": str(uuid4())})
    urgent = aside(caller, {**item(patient_id, foot_check_after="bleeding-or-open"), "rpe": "much"})
    caller.post(f"{nobody}/discard", json={"reason": "Nobody."})

    def listed(**query):
        found = caller.get("/v1/sessions/quarantine", query_string=query).json["items"]
        return [f"/v1/sessions/quarantine/{one['id']}" for one in found]

    assert listed() == [urgent, nobody]
    assert listed(state="waiting") == [urgent]
    assert listed(state="discarded") == [nobody]
    assert listed(level="urgent", patient_id=patient_id) == [urgent]
    assert listed(import_id=str(uuid4())) == []
    page = caller.get("/v1/sessions/quarantine?limit=1").json
    assert page["next"]
    assert caller.get(f"/v1/sessions/quarantine?limit=1&after={page['next']}").json["next"] is None


@pytest.mark.parametrize(
    ("broken", "level"),
    [
        ({"foot_check_after": "bleeding-or-open", "rpe": "much"}, "urgent"),
        ({"symptoms": ["chest-pain", "no such symptom"]}, "emergency"),
        ({"symptoms": "chest-pain"}, "emergency"),
        ({"symptoms": ["none", "syncope"]}, "emergency"),
        ({"foot_check_after": "bleeding"}, "review"),
        ({"glucose_pre": "low"}, "review"),
        ({"performed_at": "yesterday", "fall": "fall-injury"}, "urgent"),
        ({"unheard_of": 1, "foot_check_after": "bleeding-or-open"}, "urgent"),
    ],
)
def test_what_may_be_a_red_flag_is_put_before_the_clinicians(caller, patient_id, broken, level):
    kept = caller.get(aside(caller, {**item(patient_id), **broken})).json
    assert kept["level"] == level
    (cause,) = causes(caller, kept["alert_id"])
    assert (cause["kind"], cause["subject_id"], cause["level"]) == ("quarantined-report", kept["id"], level)


@pytest.mark.parametrize("broken", [{"session_id": "x"}, {"time_zone": "GMT+4"}, {"duration_min": -1}])
def test_what_is_wrong_beside_the_answers_raises_nothing(caller, patient_id, broken):
    kept = caller.get(aside(caller, {**item(patient_id), **broken})).json
    assert (kept["level"], kept["alert_id"]) == ("ok", None)


def test_of_nobody_known_how_urgent_it_may_be_is_shown_and_nothing_is_raised(caller):
    sent = report(foot_check_after="bleeding-or-open") | {"patient_id": str(uuid4())}
    kept = caller.get(aside(caller, sent)).json
    assert (kept["level"], kept["alert_id"], kept["patient_id"]) == ("urgent", None, None)


def test_what_contradicts_a_report_on_file_is_triaged_too(caller, patient_id):
    first = item(patient_id)
    batch(caller, [first])
    kept = caller.get(aside(caller, {**first, "foot_check_after": "bleeding-or-open"})).json
    assert kept["level"] == "urgent"
    assert kept["alert_id"]


def test_what_is_sent_again_while_it_waits_is_kept_once(caller, patient_id):
    sent = {**item(patient_id), "symptoms": ["chest-pain", "?"]}
    where = aside(caller, sent)
    assert aside(caller, sent) == where
    kept = caller.get(where).json
    assert kept["times"] == 2
    assert len(causes(caller, kept["alert_id"])) == 1


def test_a_fix_is_filed_and_what_was_sent_stays(caller, patient_id):
    good = item(patient_id, foot_check_after="bleeding-or-open")
    where = aside(caller, {**good, "rpe": "much"})
    raised = caller.get(where).json["alert_id"]
    fixed = caller.post(f"{where}/fix", json={"report": good}).json
    assert (fixed["state"], fixed["filed_as"], fixed["reasons"]) == ("filed", good["session_id"], [])
    assert '"much"' in fixed["sent"]
    (step,) = fixed["history"]
    assert (step["move"], step["result"], step["report"]) == ("fix", "accepted", good)
    assert caller.get(f"/v1/sessions/{good['session_id']}").json["level"] == "urgent"
    kinds = {one["kind"]: one["ended_at"] for one in causes(caller, raised)}
    assert kinds["quarantined-report"]
    assert kinds["session-report"] is None
    assert caller.post(f"{where}/fix", json={"report": good}).status_code == 409


def test_a_fix_that_is_none_leaves_it_waiting_and_says_why(caller, patient_id):
    where = aside(caller, {**item(patient_id), "rpe": "much"})
    tried = caller.post(f"{where}/fix", json={"report": {**item(patient_id), "rpe": "more"}}).json
    assert tried["state"] == "waiting"
    assert tried["reasons"][0]["pointer"] == "/rpe"
    assert tried["history"][0]["result"] == "quarantined"
    assert tried["history"][0]["reasons"][0]["pointer"] == "/rpe"


def test_it_is_run_again_once_the_patient_is_there(caller):
    identifier = {"system": "https://clinic.example/mrn", "value": "4711"}
    sent = report(source_record_id="r-1") | {"identifier": identifier}
    where = aside(caller, sent)
    assert caller.post(f"{where}/rerun").json["state"] == "waiting"
    caller.post("/v1/patients", json={"identifiers": [identifier]})
    done = caller.post(f"{where}/rerun").json
    assert (done["state"], done["filed_as"]) == ("filed", sent["session_id"])
    assert [one["result"] for one in done["history"]] == ["quarantined", "accepted"]
    source = caller.get(f"/v1/sessions/{sent['session_id']}").json["source"]
    assert source == done["client_id"]


def test_a_discard_names_its_reason_and_the_alert_stands(caller, clinic, patient_id):
    where = aside(caller, {**item(patient_id), "symptoms": ["chest-pain", "?"]})
    nurse = str(clinic.practitioner())
    done = caller.post(f"{where}/discard", json={"reason": "A test.", "practitioner_id": nurse}).json
    assert (done["state"], done["history"][0]["practitioner_id"]) == ("discarded", nurse)
    alert = caller.get(f"/v1/alerts/{done['alert_id']}").json
    assert (alert["state"], alert["level"]) == ("open", "emergency")
    assert caller.post(f"{where}/rerun").status_code == 409


def test_a_discard_names_staff_of_the_clinic(caller, patient_id):
    where = aside(caller, {**item(patient_id), "rpe": "much"})
    body = {"reason": "A test.", "practitioner_id": str(uuid4())}
    assert caller.post(f"{where}/discard", json=body).status_code == 422
    assert caller.get(where).json["state"] == "waiting"


def test_bytes_that_are_no_text_are_shown_as_far_as_they_are(caller):
    answer = lines(caller, [b"\xff{}"]).json
    kept = caller.get(f"/v1/sessions/quarantine/{answer['results'][0]['quarantine_id']}").json
    assert (kept["sent"], kept["level"]) == ("�{}", None)
