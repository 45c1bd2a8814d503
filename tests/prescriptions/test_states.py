from uuid import uuid4

import pytest

from api.clinical.lifecycle import TABLE, Move, State
from tests.prescriptions.wire import CYCLE, address, codes, content, drafted, moved, redraft, sign, signed

BY_ROUTE = (Move.HOLD, Move.RESUME, Move.STOP, Move.COMPLETE, Move.DISCARD)
PATHS = {
    State.DRAFT: (),
    State.ACTIVE: ("sign",),
    State.ON_HOLD: ("sign", "hold"),
    State.STOPPED: ("sign", "stop"),
    State.COMPLETED: ("sign", "complete"),
    State.DISCARDED: ("discard",),
}
"""How a prescription comes into each state that a route leads to."""


def brought(caller, patient, signer, state):
    made = drafted(caller, patient)
    for step in PATHS[state]:
        answer = (
            sign(caller, made, signer) if step == "sign" else moved(caller, made, step, signer, reason="So.")
        )
        assert answer.status_code == 200, answer.text
    assert caller.get(address(made)).json["state"] == state
    return made


@pytest.mark.parametrize("state", PATHS)
@pytest.mark.parametrize("move", BY_ROUTE)
def test_every_move_from_every_state_does_what_the_table_says(caller, patient, signer, state, move):
    made = brought(caller, patient, signer, state)
    before = caller.get(address(made)).json
    answer = moved(caller, made, move, signer, reason="Because.")
    if (state, move) not in TABLE:
        assert answer.status_code == 409
        assert caller.get(address(made)).json == before
        return
    assert answer.status_code == 200, answer.text
    assert answer.json["state"] == TABLE[state, move].target
    last = answer.json["history"][-1]
    assert (last["move"], last["state"]) == (move, answer.json["state"])
    assert (last["practitioner_id"], last["reason"]) == (signer, "Because.")


@pytest.mark.parametrize("state", PATHS)
def test_a_draft_is_taken_where_the_table_takes_one(caller, patient, signer, state):
    made = brought(caller, patient, signer, state)
    takes = {Move.EDIT, Move.AMEND} & {move for known, move in TABLE if known == state}
    answer = redraft(caller, made, content(reason="Otherwise."))
    assert answer.status_code == (200 if takes else 409)


@pytest.mark.parametrize("state", PATHS)
def test_a_signature_is_taken_where_the_table_takes_one(caller, patient, signer, state):
    made = brought(caller, patient, signer, state)
    if state in {State.ACTIVE, State.ON_HOLD}:
        made = redraft(caller, made, content(reason="Otherwise.")).json
    answer = sign(caller, made, signer)
    if (state, Move.SIGN) in TABLE:
        assert (answer.status_code, answer.json["state"]) == (200, TABLE[state, Move.SIGN].target)
    else:
        assert answer.status_code == 409


@pytest.mark.parametrize("move", ["hold", "stop"])
def test_an_interruption_needs_a_reason(caller, patient, signer, move):
    made = signed(caller, patient, signer)
    assert codes(moved(caller, made, move, signer)) == {("/reason", "required")}


def test_a_system_holds_by_itself_and_does_nothing_else(caller, patient, signer):
    made = signed(caller, patient, signer)
    held = moved(caller, made, "hold", None, reason="A fall was reported.")
    assert held.json["history"][-1]["practitioner_id"] is None
    assert codes(moved(caller, made, "resume", None, reason="So.")) == {("/practitioner_id", "null")}
    assert codes(moved(caller, made, "stop", None, reason="So.")) == {("/practitioner_id", "null")}


def test_a_move_names_someone_of_the_staff(caller, other_clinic, patient, signer):
    made = signed(caller, patient, signer)
    for stranger in (uuid4(), other_clinic.practitioner()):
        answer = moved(caller, made, "hold", str(stranger), reason="So.")
        assert codes(answer) == {("/practitioner_id", "unknown-practitioner")}
    assert moved(caller, {"id": uuid4()}, "hold", signer, reason="So.").status_code == 404


def test_one_on_hold_is_not_resumed_beside_an_active_one(caller, patient, signer):
    first = signed(caller, patient, signer)
    assert moved(caller, first, "hold", signer, reason="A fever.").status_code == 200
    second = signed(caller, patient, signer)
    refused = moved(caller, first, "resume", signer, reason="Well again.")
    assert refused.status_code == 409
    assert second["id"] in refused.json["detail"]


def test_what_was_on_hold_stays_so_when_it_is_amended(caller, patient, signer):
    first = signed(caller, patient, signer)
    moved(caller, first, "hold", signer, reason="A fever.")
    second = redraft(caller, first, content(CYCLE, reason="Lighter at first.")).json
    shown = sign(caller, second, signer).json
    assert (shown["state"], shown["revision"]) == ("on-hold", 2)
    assert moved(caller, first, "resume", signer, reason="Well again.").json["state"] == "active"


def test_a_move_asks_the_database_a_fixed_number_of_times(caller, patient, signer, statements):
    made = signed(caller, patient, signer)
    with statements.at_most(
        17
    ):  # three to hold it, who, the row, the move, trail, outbox, 5 to count, 4 to show
        assert moved(caller, made, "hold", signer, reason="A fever.").status_code == 200
    with statements.at_most(25):  # besides: another active one, the check, the revisions, the standing
        assert moved(caller, made, "resume", signer, reason="Well again.").status_code == 200
    with statements.at_most(12):
        assert caller.post(f"{address(made)}/recheck").status_code == 200
