"""Alerts as they are raised, and as they go over the wire."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from api.alerts import actions
from api.alerts.actions import Cause, CauseKind
from api.clinical.reports import ReportLevel


def now(**later):
    return datetime.now(UTC) + timedelta(**later)


def cause(
    *,
    level="review",
    kind="session-report",
    subject_id=None,
    title="Pain for more than a day.",
    rules=("rep-pain-24h",),
    detail=None,
    reported_at=None,
):
    kind = CauseKind(kind)
    return Cause(
        kind=kind,
        level=ReportLevel(level),
        subject="prescription" if kind is CauseKind.PRESCRIPTION_RECHECK else "session",
        subject_id=subject_id or uuid4(),
        title=title,
        rules=tuple(rules),
        detail=detail or {},
        reported_at=reported_at,
    )


def raised(clinic, patient_id, *, moment=None, **how):
    """Raise an alert, committed; its id."""
    work = clinic.work(moment=moment)
    alert_id = actions.raise_alert(work, patient_id, cause(**how))
    work.commit()
    return alert_id


def settled(clinic, patient_id, subject_id, *, kind="session-report", because="It was corrected."):
    """Note that a cause no longer stands; the id of the alert, or None."""
    work = clinic.work()
    alert_id = actions.settle(work, patient_id, CauseKind(kind), subject_id, because=because)
    work.commit()
    return alert_id


def read(caller, alert_id):
    answer = caller.get(f"/v1/alerts/{alert_id}")
    assert answer.status_code == 200, answer.text
    return answer.json


def listed(caller, **query):
    answer = caller.get("/v1/alerts", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]


SAID = {
    "acknowledge": dict,
    "snooze": lambda: {"until": now(hours=2).isoformat(), "reason": "Seen at four."},
    "resolve": lambda: {"outcome": "treated", "note": "Dressed and offloaded."},
}
"""What each move says at the least."""


def act(caller, alert_id, move, signer, *, version=None, headers=None, **said):
    """The answer to a move, of the version that is read first where none is given."""
    if version is None:
        version = read(caller, alert_id)["version"]
    body = {"practitioner_id": str(signer), **SAID[move](), **said}
    every = {"If-Match": f'"{version}"', **(headers or {})}
    return caller.post(f"/v1/alerts/{alert_id}/{move}", json=body, headers=every)


def acted(caller, alert_id, move, signer, **how):
    """The alert after a move that is allowed."""
    answer = act(caller, alert_id, move, signer, **how)
    assert answer.status_code == 200, answer.text
    return answer.json


def codes(answer, status=422):
    assert answer.status_code == status, answer.text
    return {(error["pointer"], error["code"]) for error in answer.json["errors"]}
