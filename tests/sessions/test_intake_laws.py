"""Whatever is sent in bulk: the totals add up, the order is kept, and it is as if each came by itself."""

import json
from uuid import UUID, uuid4, uuid5

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sessions.test_batch import lines
from tests.sessions.wire import report

SAID = (
    {},
    {"pain_peak": 5},
    {"foot_check_after": "bleeding-or-open"},
    {"fall": "fall-injury", "note": "On the stairs."},
)
"""What a report may say; of each session several tellings differ in this alone."""
KINDS = ("report", "report", "correction", "stale", "field", "json", "list", "stranger", "nobody")

SENT = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(0, 3), st.integers(0, 1), st.integers(0, len(SAID) - 1)),
    min_size=1,
    max_size=10,
)


@pytest.fixture
def strangers_id(other_clinic):
    return str(other_clinic.patient())


class World:
    """Two patients and the sessions that are told of them; another world has others."""

    def __init__(self, caller, stranger):
        self.caller, self.stranger, self.space = caller, stranger, uuid4()
        self.patients = [caller.post("/v1/patients", json={}).json["id"] for _ in range(2)]

    def session(self, number):
        return str(uuid5(self.space, str(number)))

    def line(self, kind, number, patient, said):
        """The bytes of what is sent."""
        one = report(performed_at=f"2025-03-{1 + 7 * number:02}T08:00:00Z", **SAID[said])
        one |= {"session_id": self.session(number), "patient_id": self.patients[patient]}
        match kind:
            case "correction":
                one["correction"] = {"reason": "Told anew."}
            case "stale":
                one["correction"] = {"reason": "Told anew.", "version": 1}
            case "field":
                one["pain_pre"] = 11
            case "json":
                return b'{"session_id": '
            case "list":
                return b"[1, 2]"
            case "stranger":
                one["patient_id"] = self.stranger
            case "nobody":
                del one["patient_id"]
        return json.dumps(one).encode()

    def together(self, sent):
        return lines(self.caller, [self.line(*one) for one in sent]).json

    def one_by_one(self, sent):
        return [lines(self.caller, [self.line(*one)]).json["results"][0] for one in sent]

    def known(self):
        """What is on file of each session in the end."""
        found = {}
        for number in range(4):
            answer = self.caller.get(f"/v1/sessions/{self.session(number)}")
            if answer.status_code == 200:
                told = answer.json
                found[number] = (told["level"], told["report"]["pain_peak"], len(told["versions"]))
        return found


def said_of(one):
    """What of an answer does not depend on ids."""
    reasons = [(reason["pointer"], reason["code"]) for reason in one["reasons"]]
    return one["result"], reasons, bool(one["quarantine_id"]), bool(one["session_id"])


def test_whatever_is_sent_adds_up_and_is_as_if_each_came_by_itself(caller, strangers_id):
    @settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(SENT)
    def run(sent):
        whole, single = World(caller, strangers_id), World(caller, strangers_id)
        answer = whole.together(sent)
        counted = [answer[name] for name in ("accepted", "duplicate", "corrected", "quarantined")]
        assert answer["sent"] == len(sent) == sum(counted) == len(answer["results"])
        assert [one["line"] for one in answer["results"]] == list(range(1, len(sent) + 1))
        assert [said_of(one) for one in answer["results"]] == [
            said_of(one) for one in single.one_by_one(sent)
        ]
        assert whole.known() == single.known()
        again = whole.together(sent)
        assert (again["accepted"], again["corrected"]) == (0, 0)
        assert whole.known() == single.known()

    run()


def test_every_session_that_was_taken_is_held(caller, strangers_id):
    world = World(caller, strangers_id)
    sent = [("report", number, number % 2, 0) for number in range(4)] + [("field", 0, 0, 0)]
    taken = [UUID(one["session_id"]) for one in world.together(sent)["results"]]
    held = caller.get("/v1/sessions/receipts", query_string={"ids": ",".join(map(str, taken))}).json["items"]
    assert {one["state"] for one in held} == {"held"}
