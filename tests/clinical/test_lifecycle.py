"""Every state and move of a prescription: where it leads, who may make it, what it needs."""

from itertools import product

import pytest

from api.clinical.lifecycle import (
    TABLE,
    Actor,
    ActorRefused,
    Condition,
    Move,
    MoveRefused,
    State,
    moved,
    moves_from,
)

# One row a state; a move that is not named is refused.
LEADS = {
    State.DRAFT: {Move.EDIT: State.DRAFT, Move.SIGN: State.ACTIVE, Move.DISCARD: State.DISCARDED},
    State.ACTIVE: {
        Move.SIGN: State.ACTIVE,
        Move.AMEND: State.ACTIVE,
        Move.HOLD: State.ON_HOLD,
        Move.STOP: State.STOPPED,
        Move.COMPLETE: State.COMPLETED,
        Move.SUPERSEDE: State.SUPERSEDED,
    },
    State.ON_HOLD: {
        Move.SIGN: State.ON_HOLD,
        Move.AMEND: State.ON_HOLD,
        Move.RESUME: State.ACTIVE,
        Move.STOP: State.STOPPED,
        Move.SUPERSEDE: State.SUPERSEDED,
    },
    State.STOPPED: {},
    State.COMPLETED: {},
    State.SUPERSEDED: {},
    State.DISCARDED: {},
}


@pytest.mark.parametrize(("state", "move"), list(product(State, Move)))
def test_every_move_from_every_state(state, move):
    target = LEADS[state].get(move)
    for actor in Actor:
        if target is None:
            with pytest.raises(MoveRefused) as refused:
                moved(state, move, actor)
            assert refused.value.allowed == tuple(one for one in Move if one in LEADS[state])
        elif actor in TABLE[state, move].by:
            assert moved(state, move, actor).target is target
        else:
            with pytest.raises(ActorRefused) as refused_actor:
                moved(state, move, actor)
            assert actor not in refused_actor.value.by


@pytest.mark.parametrize("state", [state for state in State if not LEADS[state]])
def test_what_has_ended_stays_ended(state):
    assert moves_from(state) == ()


def test_only_a_prescriber_signs_and_gives_the_hash_of_what_is_allowed_now():
    for (_, move), transition in TABLE.items():
        if move is Move.SIGN:
            assert transition.by == {Actor.PRESCRIBER}
            needs = {Condition.CONTENT_HASH, Condition.CURRENT_CHECK, Condition.PRACTITIONER}
            assert needs <= transition.needs


def test_nothing_becomes_active_without_a_check_of_now_and_beside_another():
    for (state, _), transition in TABLE.items():
        if transition.target is State.ACTIVE and state is not State.ACTIVE:
            assert {Condition.CURRENT_CHECK, Condition.NO_OTHER_ACTIVE} <= transition.needs
            assert Actor.ENGINE not in transition.by
            assert Actor.SYSTEM not in transition.by


def test_holding_and_ending_early_say_why():
    for (_, move), transition in TABLE.items():
        if move in {Move.HOLD, Move.RESUME, Move.STOP, Move.AMEND}:
            assert Condition.REASON in transition.needs


def test_a_refusal_says_what_is_possible():
    with pytest.raises(MoveRefused, match="stopped cannot resume; it allows: nothing"):
        moved(State.STOPPED, Move.RESUME, Actor.PRESCRIBER)
    with pytest.raises(ActorRefused, match="To sign is for: prescriber; not for system"):
        moved(State.DRAFT, Move.SIGN, Actor.SYSTEM)
