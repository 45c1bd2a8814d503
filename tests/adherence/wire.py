"""Plans and sessions of a patient over HTTP, at moments that a test says."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.prescriptions.wire import CYCLE, drafted, sign
from tests.sessions.wire import BASE

ZONE = ZoneInfo("Europe/Rome")
FRAME = {"warm_up_minutes": 5, "cool_down_minutes": 5, "sit_minutes": 2}
AEROBIC = {"days_per_week": 5, "minutes": 20, "rpe_low": 10, "rpe_high": 11}
BALANCE = {"days_per_week": 2, "minutes": 10, "level": "semi-tandem"}
BALANCE_EXERCISE = BALANCE["level"]
REASON = "Trained before."


def draft(*, balance=False, exercise=CYCLE, **aerobic):
    """What is drafted: aerobic 5 x 20, unless it is said otherwise."""
    doses = {"frame": FRAME, "aerobic": AEROBIC | aerobic}
    items = [{"part": "aerobic", "exercise_id": exercise}]
    if balance:
        doses["balance"] = BALANCE
        items.append({"part": "balance", "exercise_id": "semi-tandem"})
    return {"doses": doses, "items": items, "beyond_ceiling_reason": REASON}


def signed(caller, patient, signer, **said):
    """A signed prescription from today on."""
    answer = sign(caller, drafted(caller, patient, **draft(**said)), signer)
    assert answer.status_code == 200, answer.text
    return answer.json


def at(day, hour=9):
    """That hour of a local day, as it goes over the wire."""
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC).isoformat()


def today(clock):
    return clock.now.astimezone(ZONE).date()


def reported(caller, patient, plan, day, *, hour=9, minutes=20, exercise=CYCLE, **said):
    """The answer to a report of one exercise; sessions are told at a moment that a test says."""
    body = {
        "session_id": str(uuid4()),
        "performed_at": datetime.combine(day, time(hour), ZONE).astimezone(UTC).isoformat(),
        "time_zone": ZONE.key,
        **BASE,
        "duration_min": minutes,
        "items": [{"exercise_id": exercise, "minutes": minutes}],
        "prescription_id": plan["id"],
        **said,
    }
    if body["status"] == "skipped":
        body |= {"duration_min": None, "items": None}
    answer = caller.post(
        f"{patient}/sessions", json={name: value for name, value in body.items() if value is not None}
    )
    assert answer.status_code == 201, answer.text
    return body


def adherence(caller, patient, expected=200, **query):
    asked = {name.rstrip("_"): value for name, value in query.items()}
    answer = caller.get(f"{patient}/adherence", query_string=asked)
    assert answer.status_code == expected, answer.text
    return answer.json


def days(first, count):
    return [first + timedelta(days=place) for place in range(count)]


def panel(caller, **query):
    answer = caller.get("/v1/adherence", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer.json["items"]
