"""Questions from their file, screens first."""

from collections.abc import Mapping
from pathlib import Path

from api.clinical.facts import Fact
from api.clinical.knowledge.reading import Entry, entries, unique
from api.clinical.questions import Question
from api.clinical.vocabulary import FactType


def read_questions(folder: Path, facts: Mapping[str, Fact]) -> tuple[Question, ...]:
    """Every screen and every question that settles several facts in one step.

    Raises:
        KnowledgeFault: an unknown fact, or a fact that two questions settle.
    """
    screens = [_from_screen(fact) for fact in facts.values() if fact.type is FactType.SCREEN]
    written = [_question(entry, facts) for entry in entries(folder, "questions.yaml")]
    unique([*screens, *written], lambda question: str(question.id), "questions.yaml")
    return (*screens, *written)


def _from_screen(screen: Fact) -> Question:
    return Question(
        id=screen.name,
        question=screen.question or screen.name,
        instrument="question and inspection",
        minutes=screen.minutes,
        screen=screen.name,
        facts=tuple(screen.clear),
        session=screen.group == "day",
    )


def _question(entry: Entry, facts: Mapping[str, Fact]) -> Question:
    question = Question(
        id=entry.text("id"),
        question=entry.text("question"),
        instrument=entry.text("instrument"),
        minutes=entry.take("minutes", int, None),
        screen=None,
        facts=entry.listed("facts"),
    )
    entry.end()
    for name in question.facts:
        if name not in facts:
            raise entry.fault("facts", f"there is no fact {name!r}")
    return question
