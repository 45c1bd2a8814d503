"""Alerts over HTTP."""

from api.web.blueprint import Room

room = Room(
    "alerts",
    __name__,
    description="What a clinician has to look at: a worklist with deadlines, and what became of each alert.",
)
