"""Questions: what a clinician asks or measures in one step."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked or measured in one step.

    Attributes:
        screen: the screen that a clear answer records; None where facts are recorded one by one.
        minutes: how long it takes; None where nobody has said.
        facts: what it settles.
        session: it is asked on the day of a session only.
    """

    id: str
    question: str
    instrument: str | None
    minutes: int | None
    screen: str | None
    facts: tuple[str, ...]
    session: bool = False
