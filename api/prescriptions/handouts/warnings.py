"""When to stop and whom to call: the same on every handout."""

from collections.abc import Iterator

from api.prescriptions.handouts.sheet import Section
from api.prescriptions.wording import Words

TONES = {"emergency": "emergency", "today": "warning", "soon": "plain"}
"""How loud the signs are, by how fast somebody has to be called. Source: specification, triage levels."""


def stop_signs(words: Words) -> Iterator[Section]:
    """The signs that end a session, by how fast somebody has to be called."""
    yield Section(title=words.say("sheet", "stop"), lead=(words.say("stop", "lead"),))
    for name, tone in TONES.items():
        yield Section(title=words.say("stop", name), level=3, points=words.all(name), tone=tone)


def call(words: Words, clinic: str) -> Section:
    """Whom to call."""
    return Section(
        title=words.say("sheet", "call"),
        points=(
            words.say("call", "emergency"),
            words.say("call", "clinic", clinic=clinic),
            words.say("call", "doubt"),
        ),
    )
