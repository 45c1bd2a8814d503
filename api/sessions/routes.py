"""Session reports over HTTP."""

from api.web.blueprint import Room

room = Room(
    "sessions",
    __name__,
    description="Exercise sessions: reports, their triage, and what they lock.",
)
