"""The shape of what this service says of itself."""

from api.clinical.vocabulary import ReviewStatus
from api.web import fields, shapes

LONG = 2000


class Knowledge(shapes.View):
    """The knowledge release, and how far it was reviewed."""

    release = fields.Text()
    released_on = fields.Date()
    sha256 = fields.Text()
    review_status = fields.Closed(ReviewStatus)
    facts = fields.Integer()
    screens = fields.Integer()
    exercises = fields.Integer()
    rules = fields.Integer()
    rules_awaiting_review = fields.Integer()


class Limits(shapes.View):
    """What one request may ask."""

    body_bytes = fields.Integer()
    page_items = fields.Integer(description="The greatest `limit` of a list.")


class Meta(shapes.View):
    """What this service is, what it knows, and what it is for."""

    api_version = fields.Text()
    knowledge = fields.Nested(Knowledge)
    releases = fields.List(
        fields.Text(), description="Ids of the releases that can be asked; the one that answers comes first."
    )
    limits = fields.Nested(Limits)
    intended_use = fields.Text(most=LONG)
    review = fields.Text(most=LONG, description="How far clinicians have reviewed the medicine.")
