import pytest

from tests.clinical.test_triage import VIGNETTES
from tests.prescriptions.wire import on_file, signed, tell
from tests.sessions.wire import report, rules

AT_RISK = {"monofilament_insensate_left": 3, "monofilament_insensate_right": 3}
TOLD = {
    ("autonomic", "yes"): {"can_status": "definite"},
    ("on_anticoagulant", "yes"): {"medications": ["metformin", "anticoagulant"]},
}
"""What is on file of the patient of the vignettes, and what makes it otherwise."""


@pytest.mark.parametrize("vignette", VIGNETTES, ids=lambda vignette: vignette[0])
def test_a_vignette_comes_out_over_http(clinic, caller, vignette):
    _, changes, beside, level, fired = vignette
    told = {name: value for one in beside.items() for name, value in TOLD[one].items()}
    patient = on_file(caller)
    plan = signed(caller, patient, str(clinic.practitioner()), "recumbent-cycle-easy")
    tell(caller, patient, **AT_RISK, **told)
    body = report(prescription_id=plan["id"]) | changes
    answer = caller.post(f"{patient}/sessions", json=body)
    assert answer.status_code == 201, answer.text
    assert (answer.json["level"], rules(answer.json)) == (level, set(fired))
    assert answer.json["triage"]["not_asked"] == []
    assert answer.json["prescription_revision"] == 1
