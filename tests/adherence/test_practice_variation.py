"""Practice variation: what clinicians prescribe beside the proposal, and what is never shown."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.adherence.variation import queries
from api.adherence.variation.cells import LEAST, hide
from api.adherence.variation.proposed import Memory
from tests.prescriptions.wire import codes, content, from_now, on_file, redraft, sign, signed

ADDRESS = "/v1/reports/practice-variation"


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch):
    """Nothing is known of earlier tests."""
    monkeypatch.setattr(queries, "_MEMORY", Memory())


def report(caller, **query):
    answer = caller.get(ADDRESS, query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json


def doses(minutes):
    """The example's doses with so many minutes of endurance on each day."""
    given = content("walk-moderate")["doses"]
    return given | {"aerobic": given["aerobic"] | {"minutes": minutes}}


def prescribe(caller, signer, minutes, count=1, **changed):
    """So many prescriptions for new patients alike."""
    for _ in range(count):
        signed(
            caller, on_file(caller), signer, "walk-moderate", doses=doses(minutes), goals=["falls"], **changed
        )


def signers_of(group):
    return {one["practitioner_id"]: one for one in group["signers"]}


def number(cell, quantity="weekly-aerobic-minutes"):
    return next(one for one in cell["numbers"] if one["quantity"] == quantity)


def test_what_clinicians_prescribe_stands_beside_the_proposal(caller, clinic):
    first, second = (str(clinic.practitioner()) for _ in range(2))
    prescribe(caller, first, 10, count=LEAST)
    prescribe(caller, second, 15, count=LEAST)
    found = report(caller)
    assert found["prescriptions"] == 2 * LEAST
    (group,) = found["items"]
    assert (group["risk"], group["goals"], group["prescriptions"]) == ("d-a", ["falls"], 2 * LEAST)
    cells = signers_of(group)
    days = content()["doses"]["aerobic"]["days_per_week"]
    lower, upper = number(cells[first]), number(cells[second])
    assert (lower["prescribed_median"], upper["prescribed_median"]) == (10 * days, 15 * days)
    proposal = caller.post(f"{on_file(caller)}/prescription-proposals", json={"goals": ["falls"]}).json
    aerobic = proposal["draft"]["doses"]["aerobic"]
    assert lower["proposed_median"] == aerobic["minutes"] * aerobic["days_per_week"] * aerobic["bouts"]
    assert lower["difference"]["median"] == lower["prescribed_median"] - lower["proposed_median"]
    assert (group["risk"], group["fitness"]) == tuple(proposal["classes"][one] for one in ("risk", "fitness"))


def test_a_small_cell_is_not_shown_and_takes_the_next_smallest_with_it(caller, clinic):
    small, middle, large = (str(clinic.practitioner()) for _ in range(3))
    for signer, count in ((small, 1), (middle, LEAST), (large, LEAST + 1)):
        prescribe(caller, signer, 10, count=count)
    (group,) = report(caller)["items"]
    cells = signers_of(group)
    assert group["prescriptions"] == 2 * LEAST + 2
    assert {one: cell["suppressed"] for one, cell in cells.items()} == {
        small: True,
        middle: True,
        large: False,
    }
    assert cells[small]["prescriptions"] is None
    assert cells[middle]["numbers"] == []


def test_a_clinic_of_few_patients_sees_no_number(caller, clinic):
    prescribe(caller, str(clinic.practitioner()), 10, count=LEAST - 1)
    found = report(caller)
    assert found["prescriptions"] is None
    assert [(one["suppressed"], one["signers"]) for one in found["items"]] == [(True, [])]


def test_patients_are_counted_once_however_often_they_were_prescribed_for(caller, clinic):
    signer = str(clinic.practitioner())
    patient = on_file(caller)
    for _ in range(LEAST):
        prescription = signed(caller, patient, signer, "walk-moderate", goals=["falls"])
        body = {"practitioner_id": signer, "reason": "Another one."}
        assert caller.post(f"/v1/prescriptions/{prescription['id']}/stop", json=body).status_code == 200
    assert report(caller)["prescriptions"] is None


def test_no_patient_can_be_told(caller, clinic):
    prescribe(caller, str(clinic.practitioner()), 10, count=LEAST)
    answer = caller.get(ADDRESS)
    for one in caller.get("/v1/patients").json["items"]:
        assert one["id"] not in answer.text


def test_later_revisions_are_left_out_and_counted(caller, clinic):
    signer = str(clinic.practitioner())
    prescription = signed(caller, on_file(caller), signer, "walk-moderate", goals=["falls"])
    again = redraft(caller, prescription, content("walk-moderate", goals=["falls"], reason="Doing well."))
    assert sign(caller, again.json, signer).status_code == 200
    assert report(caller)["left_out"] == {"later_revisions": 1, "no_dose": 0, "release_not_kept": 0}


def test_the_proposal_is_of_what_was_known_at_the_signature(caller, clinic):
    signer = str(clinic.practitioner())
    patients = [on_file(caller) for _ in range(LEAST)]
    for patient in patients:
        signed(caller, patient, signer, "walk-moderate", goals=["falls"])
    before = report(caller)
    for patient in patients:
        body = {"observed_at": from_now(), "facts": {"can_status": {"value": "severe"}}}
        assert caller.post(f"{patient}/facts", json=body).status_code == 200
    assert report(caller) == before


def test_what_was_checked_with_knowledge_that_is_gone_is_left_out(caller, clinic, monkeypatch):
    prescribe(caller, str(clinic.practitioner()), 10, count=1)
    monkeypatch.setattr(queries._Shelf, "release", lambda *_: None)
    found = report(caller)
    assert found["left_out"]["release_not_kept"] == 1
    assert found["prescriptions"] == 0


def test_too_many_are_refused(caller, clinic, monkeypatch):
    prescribe(caller, str(clinic.practitioner()), 10, count=2)
    monkeypatch.setattr(queries, "MOST", 1)
    assert codes(caller.get(ADDRESS)) == {("/query/from", "too-many")}


def test_days_without_signatures_have_an_empty_report(caller, other_clinic, clinic):
    prescribe(caller, str(clinic.practitioner()), 10, count=1)
    assert report(other_clinic.caller())["items"] == []
    past = report(caller, **{"from": "2025-01-01", "to": "2025-06-30"})
    assert (past["prescriptions"], past["items"]) == (0, [])


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ({"from": "2026-03-02", "to": "2026-03-01"}, ("/query/from", "reversed")),
        ({"from": "2024-01-01", "to": "2026-01-01"}, ("/query/from", "too-long")),
        ({"to": "2999-01-01"}, ("/query/to", "in-the-future")),
    ],
)
def test_days_that_make_no_window_are_refused(caller, query, fault):
    assert fault in codes(caller.get(ADDRESS, query_string=query))


def test_a_report_is_two_statements_and_then_one(caller, clinic, statements):
    prescribe(caller, str(clinic.practitioner()), 10, count=2)
    with statements.at_most(2):
        report(caller)
    with statements.at_most(1):
        report(caller)


people = st.integers(min_value=0, max_value=12).map(lambda number: UUID(int=number))


@given(
    st.dictionaries(st.text("abcdef", min_size=1, max_size=2), st.frozensets(people, min_size=1), max_size=6)
)
def test_no_small_cell_is_shown_or_can_be_computed(cells):
    hidden = hide(cells)
    together = frozenset().union(*(cells[key] for key in hidden))
    for key, patients in cells.items():
        assert key in hidden or len(patients) >= LEAST
    if hidden and len(hidden) < len(cells):
        assert len(hidden) > 1
        assert len(together) >= LEAST


def test_nothing_is_hidden_without_need():
    assert hide({name: frozenset(uuid4() for _ in range(LEAST)) for name in "abc"}) == frozenset()
