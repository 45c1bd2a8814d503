"""Examples for the documentation, and what receivers need to know of a call."""

from typing import Any

from api.database.outbox import EventName

WEBHOOK_ID = "019a9c60-1b2c-7def-8a01-23456789abcd"
EVENT = {
    "id": "019a9c61-4d5e-7f60-9a01-0123456789ab",
    "sequence": 4711,
    "at": "2026-11-22T09:30:00Z",
    "type": "alert.raised",
    "subject": "alert",
    "subject_id": "019a9c61-4d5e-7f60-9a01-ba9876543210",
    "patient_id": "019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10",
}
NEW_WEBHOOK = {
    "url": "https://hooks.clinic.example/surefoot",
    "description": "The ward's messages",
    "events": ["alert.raised", "alert.changed"],
}
WEBHOOK = {
    "id": WEBHOOK_ID,
    **NEW_WEBHOOK,
    "state": "enabled",
    "disabled_because": None,
    "failing_since": None,
    "overlap_until": None,
    "created_at": "2026-11-22T09:00:00Z",
}
SECRET = {"secret": "whsec_mAtMjG3Jt0FQ6Xv1Zk5u8w9yB2dE4hK7nPqS0VxYz3A="}
DELIVERY = {
    "id": "019a9c62-0a1b-7c2d-8e3f-405162738495",
    "event_id": EVENT["id"],
    "type": "alert.raised",
    "sequence": EVENT["sequence"],
    "patient_id": EVENT["patient_id"],
    "happened_at": EVENT["at"],
    "state": "delivered",
    "due_at": "2026-11-22T09:30:06Z",
    "finished_at": "2026-11-22T09:30:06Z",
    "attempts": [
        {"at": "2026-11-22T09:30:01Z", "status": 503, "fault": "status", "ms": 48},
        {"at": "2026-11-22T09:30:06Z", "status": 204, "fault": None, "ms": 41},
    ],
}
HEADERS = {
    "webhook-id": "The event's id, the same in every repetition.",
    "webhook-timestamp": "When this call was made, in seconds since 1970.",
    "webhook-signature": (
        "`v1,` and the signature of id, timestamp and body in base64; two of them with a space between "
        "while a rotation is under way."
    ),
}
ANSWERS = {
    "2XX": "It is received.",
    "410": "The webhook is disabled; nothing more is sent.",
    "default": "It is sent again later, over 24 hours. Redirects are not followed.",
}


def message(name: EventName) -> dict[str, Any]:
    """What a webhook is told of an event of this name."""
    subject = name.partition(".")[0]
    of_a_patient = name not in {EventName.IMPORT_FINISHED, EventName.WEBHOOK_TEST}
    return {
        "type": name.value,
        "timestamp": EVENT["at"],
        "data": {
            "id": EVENT["id"],
            "sequence": EVENT["sequence"],
            "subject": subject,
            "subject_id": EVENT["subject_id"],
            "patient_id": EVENT["patient_id"] if of_a_patient else None,
            "clinic_id": "019a9c4d-77aa-7b10-8d0e-5a1b2c3d4e5f",
        },
    }
