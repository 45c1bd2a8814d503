"""The panel of a clinic on the wire."""

from typing import Any
from uuid import UUID

from marshmallow import ValidationError, validates_schema

from api.adherence.lists import Line, PanelOrder, PanelWeeks
from api.adherence.schemas.numbers import LINK, AdherenceNumbers
from api.clinical.adherence import Band
from api.web import fields, paging, shapes
from api.web.strict import Coded


class Panel(paging.Page):
    """Which patients, and in which order."""

    weeks = fields.Closed(
        PanelWeeks,
        load_default=PanelWeeks.FOUR,
        description="Of how many weeks; the last ones that are over, each patient's own.",
    )
    order = fields.Closed(
        PanelOrder,
        data_key="sort",
        load_default=PanelOrder.LOWER,
        description="What comes first: the lowest attendance, the longest silence, or by name; who has no "
        "such number comes last.",
    )
    line = fields.Closed(
        Line, name="AdherenceLine", load_default=Line.ALL, description="Of this line; only who has it."
    )
    band = fields.Closed(Band, name="AdherenceBand", load_default=None, description="Only these.")
    days_silent = fields.Integer(
        least=0, most=36_500, load_default=None, description="Nobody in touch for as many days, or ever."
    )
    practitioner_id = fields.Uuid(
        load_default=None, description="Whose last prescription this person signed."
    )
    prescribed = fields.Boolean(
        load_default=True,
        description="With something in force in these weeks or now; `false` lists the others alone.",
    )
    after = paging.Cursor(
        str, str, UUID, load_default=None, description="Where to go on: the `next` of the previous page."
    )

    @validates_schema
    def _go_on_in_the_same_order(self, data: dict[str, Any], **_: Any) -> None:
        after = data.get("after")
        if after is None:
            return
        order, key, _patient = after
        if order != data["order"] or (order != PanelOrder.NAME and not _is_whole(key)):
            sentence = "This is the `next` of a page in another order."
            raise ValidationError({"after": [Coded(sentence, "not-a-cursor")]})


class PanelLinks(shapes.View):
    """Where to go from a row."""

    patient = fields.Text(most=LINK)
    adherence = fields.Text(most=LINK, description="The same numbers, week by week.")
    sessions = fields.Text(most=LINK, description="What stands behind them.")
    report = fields.Text(most=LINK)


class PanelRow(shapes.View):
    """A patient on the panel."""

    patient_id = fields.Uuid()
    family = fields.Text(allow_none=True)
    given = fields.List(fields.Text())
    prescription_id = fields.Uuid(allow_none=True, description="The one that was signed last.")
    practitioner_id = fields.Uuid(allow_none=True, description="Who signed last.")
    line = fields.Closed(Line, name="AdherenceLine")
    first = fields.Date(data_key="from", allow_none=True, description="Null where no week is over.")
    last = fields.Date(data_key="to", allow_none=True)
    band = fields.Closed(
        Band,
        name="AdherenceBand",
        description="`low` only if it is low even with every session done of which nobody told; nobody is "
        "low because nobody told anything: that is `not-reported`.",
    )
    numbers = fields.Nested(AdherenceNumbers)
    last_contact = fields.Date(allow_none=True)
    days_silent = fields.Integer(allow_none=True)
    links = fields.Nested(PanelLinks)


PANEL = paging.page_of(PanelRow)


def _is_whole(text: str) -> bool:
    return text.removeprefix("-").isdecimal() and text.isascii() and len(text) <= len("-") + 15
