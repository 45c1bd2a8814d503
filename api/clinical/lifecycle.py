"""States of a prescription and the moves between them, as one table."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from api.clinical.errors import ClinicalError


class State(StrEnum):
    """Where a prescription stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    ON_HOLD = "on-hold"
    STOPPED = "stopped"
    COMPLETED = "completed"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class Move(StrEnum):
    """What can be done with a prescription.

    `edit` changes what nobody has signed; `amend` writes a further revision beside the signed one;
    `supersede` is done to a prescription when another one of the same patient takes its place.
    """

    EDIT = "edit"
    SIGN = "sign"
    AMEND = "amend"
    HOLD = "hold"
    RESUME = "resume"
    STOP = "stop"
    COMPLETE = "complete"
    SUPERSEDE = "supersede"
    DISCARD = "discard"


class Actor(StrEnum):
    """Who makes a move: a practitioner who may sign, any practitioner, a system, or the service by itself."""

    PRESCRIBER = "prescriber"
    PRACTITIONER = "practitioner"
    SYSTEM = "system"
    ENGINE = "engine"


class Condition(StrEnum):
    """What a move needs.

    `content-hash`: the hash of what is signed, unchanged since it was read. `current-check`: a check of now
    that allows every item. `no-other-active`: no other active prescription of the patient. `reason`: in
    words. `practitioner`: a named person answers for it.
    """

    CONTENT_HASH = "content-hash"
    CURRENT_CHECK = "current-check"
    NO_OTHER_ACTIVE = "no-other-active"
    REASON = "reason"
    PRACTITIONER = "practitioner"


class Transition(NamedTuple):
    """Where a move leads, who may make it, and what it needs."""

    target: State
    by: frozenset[Actor]
    needs: frozenset[Condition]


class MoveRefused(ClinicalError):
    """A move that the state does not have.

    Attributes:
        allowed: the moves that it has.
    """

    def __init__(self, state: State, move: Move, allowed: tuple[Move, ...]) -> None:
        named = ", ".join(allowed) or "nothing"
        super().__init__(f"A prescription that is {state} cannot {move}; it allows: {named}.")
        self.state = state
        self.move = move
        self.allowed = allowed


class ActorRefused(ClinicalError):
    """A move that this actor must not make.

    Attributes:
        by: who may.
    """

    def __init__(self, move: Move, actor: Actor, by: frozenset[Actor]) -> None:
        super().__init__(f"To {move} is for: {', '.join(sorted(by))}; not for {actor}.")
        self.move = move
        self.actor = actor
        self.by = by


_SIGNERS = frozenset({Actor.PRESCRIBER})
_CLINICIANS = frozenset({Actor.PRESCRIBER, Actor.PRACTITIONER})
_WRITERS = _CLINICIANS | {Actor.SYSTEM}
_ENGINE = frozenset({Actor.ENGINE})
_NAMED = frozenset({Condition.PRACTITIONER, Condition.REASON})
_SIGNED = frozenset({Condition.PRACTITIONER, Condition.CONTENT_HASH, Condition.CURRENT_CHECK})
_NOTHING: frozenset[Condition] = frozenset()

TABLE: Mapping[tuple[State, Move], Transition] = MappingProxyType(
    {
        (State.DRAFT, Move.EDIT): Transition(State.DRAFT, _WRITERS, _NOTHING),
        (State.DRAFT, Move.SIGN): Transition(State.ACTIVE, _SIGNERS, _SIGNED | {Condition.NO_OTHER_ACTIVE}),
        (State.DRAFT, Move.DISCARD): Transition(State.DISCARDED, _WRITERS, _NOTHING),
        (State.ACTIVE, Move.AMEND): Transition(
            State.ACTIVE, _WRITERS | _ENGINE, frozenset({Condition.REASON})
        ),
        (State.ACTIVE, Move.SIGN): Transition(State.ACTIVE, _SIGNERS, _SIGNED),
        (State.ACTIVE, Move.HOLD): Transition(
            State.ON_HOLD, _WRITERS | _ENGINE, frozenset({Condition.REASON})
        ),
        (State.ACTIVE, Move.STOP): Transition(State.STOPPED, _CLINICIANS, _NAMED),
        (State.ACTIVE, Move.COMPLETE): Transition(
            State.COMPLETED, _CLINICIANS, frozenset({Condition.PRACTITIONER})
        ),
        (State.ACTIVE, Move.SUPERSEDE): Transition(State.SUPERSEDED, _ENGINE, _NOTHING),
        (State.ON_HOLD, Move.AMEND): Transition(State.ON_HOLD, _WRITERS, frozenset({Condition.REASON})),
        (State.ON_HOLD, Move.SIGN): Transition(State.ON_HOLD, _SIGNERS, _SIGNED),
        (State.ON_HOLD, Move.RESUME): Transition(
            State.ACTIVE, _CLINICIANS, _NAMED | {Condition.CURRENT_CHECK, Condition.NO_OTHER_ACTIVE}
        ),
        (State.ON_HOLD, Move.STOP): Transition(State.STOPPED, _CLINICIANS, _NAMED),
        (State.ON_HOLD, Move.SUPERSEDE): Transition(State.SUPERSEDED, _ENGINE, _NOTHING),
    }
)
"""What is not in it is refused. Holding is open to all, because it is the safe direction; going on is not."""


def moves_from(state: State) -> tuple[Move, ...]:
    """The moves that a state has."""
    return tuple(move for move in Move if (state, move) in TABLE)


def moved(state: State, move: Move, by: Actor) -> Transition:
    """What a move does.

    Args:
        state: where the prescription stands.
        move: what is to be done.
        by: who does it.

    Raises:
        MoveRefused: the state has no such move.
        ActorRefused: it is not for this actor.
    """
    transition = TABLE.get((state, move))
    if transition is None:
        raise MoveRefused(state, move, moves_from(state))
    if by not in transition.by:
        raise ActorRefused(move, by, transition.by)
    return transition
