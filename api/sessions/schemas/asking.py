"""What is asked about reports, beside the reports themselves."""

from datetime import datetime
from uuid import UUID

from api.clinical.reports import ReportLevel, SessionStatus
from api.sessions.unlocking import Unlocking
from api.web import fields, paging, shapes


class SessionPage(paging.Page):
    """Which reports of a patient to list, the newest session first."""

    after = paging.Cursor(
        datetime, UUID, load_default=None, description="Where to go on: the `next` of the previous page."
    )
    since = fields.Date(data_key="from", load_default=None, description="From this day on, the patient's.")
    until = fields.Date(data_key="to", load_default=None, description="Up to this day, that one counted.")
    level = fields.Closed(ReportLevel, load_default=None, description="Only of this level.")
    status = fields.Closed(SessionStatus, load_default=None, description="Only of this kind.")


class LockPage(paging.Page):
    """Which locks of a patient to list, newest first."""

    is_live = fields.Boolean(
        data_key="live", load_default=None, description="Only what is locked now, or only what no longer is."
    )


class NewUnlock(shapes.Body):
    """Who unlocks, and why."""

    makes = Unlocking

    practitioner_id = fields.Uuid(required=True)
    reason = fields.Text(required=True, most=1900, lines=True)
    ketones_mmol_l = fields.Float(
        least=0, most=15, load_default=None, description="As measured since, for a lock that waits for them."
    )


class Withdrawal(shapes.Body):
    """Why a report counts no longer."""

    reason = fields.Text(required=True, most=2000, lines=True)


class NewSeparation(shapes.Body):
    """Why a report is of a session of its own."""

    reason = fields.Text(required=True, most=2000, lines=True)


class NewMerger(shapes.Body):
    """With which report another is of one session, and why."""

    other_id = fields.Uuid(required=True, data_key="with", description="The other report.")
    reason = fields.Text(required=True, most=2000, lines=True)
