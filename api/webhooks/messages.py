"""What an endpoint is told of an event: ids, never what is known of a patient."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row

from api.database.outbox import EventName

MEANINGS: Mapping[EventName, str] = MappingProxyType(
    {
        EventName.ALERT_RAISED: "An alert was raised.",
        EventName.ALERT_CHANGED: "An open alert got another cause, level or deadline.",
        EventName.ALERT_ACKNOWLEDGED: "A clinician acknowledged an alert.",
        EventName.ALERT_SNOOZED: "A clinician put an alert off.",
        EventName.ALERT_RESOLVED: "A clinician resolved an alert.",
        EventName.PRESCRIPTION_SIGNED: "A prescription was signed.",
        EventName.PRESCRIPTION_HELD: "A prescription was put on hold.",
        EventName.PRESCRIPTION_RESUMED: "A prescription on hold was resumed.",
        EventName.PRESCRIPTION_STOPPED: "A prescription was stopped.",
        EventName.PRESCRIPTION_COMPLETED: "A prescription was completed.",
        EventName.PRESCRIPTION_PROGRESSED: "The next dose was applied within what is signed.",
        EventName.PRESCRIPTION_RECHECKED: "A signed prescription was checked again, with another result.",
        EventName.SESSION_REPORTED: "An exercise session was reported.",
        EventName.SESSION_CORRECTED: "A report of a session was corrected.",
        EventName.SESSION_WITHDRAWN: "A report of a session was withdrawn.",
        EventName.LOCK_PLACED: "A part of a plan was locked until a clinician has looked.",
        EventName.LOCK_LIFTED: "A clinician unlocked a part of a plan.",
        EventName.PRE_SESSION_CHECK_MADE: "A patient was checked before a session.",
        EventName.IMPORT_FINISHED: "An import came to its end.",
        EventName.WEBHOOK_TEST: "A test that the clinic asked for; only the endpoint under test gets it.",
    }
)
"""Each event in a sentence."""


def body(clinic_id: UUID, event: Row[*tuple[Any, ...]]) -> bytes:
    """The message about an event, as it is sent."""
    return orjson.dumps(
        {
            "type": event.name,
            "timestamp": event.happened_at,
            "data": {
                "id": event.event_id,
                "sequence": event.sequence,
                "subject": event.subject,
                "subject_id": event.subject_id,
                "patient_id": event.patient_id,
                "clinic_id": clinic_id,
            },
        },
        option=orjson.OPT_UTC_Z,
    )
