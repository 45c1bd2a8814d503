"""Adherence and outcomes over HTTP."""

from api.web.blueprint import Room

room = Room(
    "adherence",
    __name__,
    description="How treatment is going: what was due, what was reported, and what that can and cannot say.",
)
