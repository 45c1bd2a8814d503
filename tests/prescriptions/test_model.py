"""Whatever happens in whatever order: how a prescription stands is what a fresh look would find."""

import random
from datetime import timedelta

import pytest

from api.clinical.knowledge import library
from tests.checks.wire import screened
from tests.next_release import next_release
from tests.prescriptions.test_due import work_done
from tests.prescriptions.wire import address, content, drafted, moved, on_file, override, redraft, sign, tell

BRISK, CYCLE, SWIM, WALK = "walk-brisk", "recumbent-cycle-easy", "swim-laps", "walk-moderate"
DROP = "neuro-foot-drop"
TOLD = {
    "foot_drop": ["yes", "no", "unknown"],
    "foot_ulcer_left": ["none", "active", "healed"],
    "resting_sys": [95, 130, 185],
    "charcot_left": ["none", "active"],
    "medications": [["metformin"], ["metformin", "insulin"]],
    "tug_s": [9, 16],
    "eye_procedure": ["none", "laser"],
    "eye_procedure_date": ["today"],
}
CLEARABLE = ["hypo-unawareness", "foot-ulcer-healed-under-90d"]
SEEDS, STEPS = 4, 18


@pytest.fixture(scope="module")
def releases(tmp_path_factory):
    return library.load(), library.read(next_release(tmp_path_factory.mktemp("next") / "knowledge"))


class Story:
    """A patient with a prescription, to whom things happen."""

    def __init__(self, chance, clinic, clock, *, caller, releases, monkeypatch):
        self.chance, self.clinic, self.clock = chance, clinic, clock
        self.caller, self.releases, self.monkeypatch = caller, releases, monkeypatch
        self.signer = str(clinic.practitioner())
        self.patient = on_file(caller, foot_drop="yes")
        self.made = drafted(
            caller, self.patient, CYCLE, BRISK, overrides=[override(self.signer, DROP, BRISK)]
        )
        assert sign(caller, self.made, self.signer).status_code == 200
        self.lapsed = set()
        self.happened = []

    def step(self):
        kinds = [self.tell, self.tell, self.tell, self.correct, self.take_back, self.clear, self.revoke]
        kinds += [self.wait, self.wait, self.renew, self.release, self.hold, self.revise, self.revise]
        kind = self.chance.choice(kinds)
        self.clock.forward(seconds=1)
        self.happened.append((kind.__name__, kind()))

    def tell(self):
        name = self.chance.choice(list(TOLD))
        value = self.chance.choice(TOLD[name])
        value = self.clock.now.date().isoformat() if value == "today" else value
        tell(self.caller, self.patient, **{name: value})
        return name, value

    def correct(self):
        """Two records of a source under one number: the second corrects the first."""
        record = str(self.chance.randrange(3))
        value = self.chance.choice(TOLD["foot_drop"])
        fact = {"value": value, "source": "lab", "source_record_id": record}
        tell(self.caller, self.patient, told={"foot_drop": fact})
        return value

    def take_back(self):
        name = self.chance.choice(list(TOLD))
        found = self.caller.get(f"{self.patient}/facts?name={name}").json["items"]
        if found:
            one = self.chance.choice(found[:3])
            where = f"{self.patient}/facts/{one['id']}/entered-in-error"
            assert self.caller.post(where, json={"reason": "A mistake."}).status_code < 300
        return name

    def clear(self):
        body = {"rule_id": self.chance.choice(CLEARABLE), "practitioner_id": self.signer}
        return self.caller.post(f"{self.patient}/clearances", json=body).status_code

    def revoke(self):
        found = [
            one
            for one in self.caller.get(f"{self.patient}/clearances").json["items"]
            if one["revoked"] is None
        ]
        if found:
            body = {"practitioner_id": self.signer, "reason": "Not any more."}
            where = f"{self.patient}/clearances/{found[0]['id']}/revoke"
            assert self.caller.post(where, json=body).status_code == 200

    def wait(self):
        days = self.chance.choice([0.2, 1, 6, 20, 45])
        self.clock.forward(days=days)
        work_done(self.clinic, self.clock)
        return days

    def renew(self):
        """Everything is looked at again."""
        tell(self.caller, self.patient, told=screened(foot_drop=self.chance.choice(["yes", "no"]))["facts"])

    def release(self):
        release = self.chance.choice(self.releases)
        self.monkeypatch.setattr(library, "load", lambda: release)
        self.clock.forward(seconds=31)
        work_done(self.clinic, self.clock)
        return release.id

    def hold(self):
        move = self.chance.choice(["hold", "resume"])
        return move, moved(self.caller, self.made, move, self.signer, reason="So.").status_code

    def revise(self):
        chosen = self.chance.sample([BRISK, CYCLE, SWIM, WALK], 2)
        given = [override(self.signer, DROP, BRISK)] if BRISK in chosen and self.chance.random() < 0.7 else []
        first_day = self.chance.choice([None, (self.clock.now + timedelta(days=3)).date().isoformat()])
        body = content(
            *chosen, overrides=given, effective_from=first_day, reason="So.", beyond_ceiling_reason="So."
        )
        drafted_again = redraft(self.caller, self.made, body)
        if drafted_again.status_code != 200:
            return drafted_again.status_code
        return chosen, first_day, sign(self.caller, drafted_again.json, self.signer).status_code

    def expected(self):
        """How the prescription should stand, from what every other route says."""
        check = self.caller.post(f"{self.patient}/checks", json={"kind": "programme"}).json
        found = {one["exercise_id"]: one for one in check["exercises"]}
        profile = {one["name"]: one for one in self.caller.get(f"{self.patient}/profile").json["facts"]}
        today = check["as_of"][:10]
        revisions = self.caller.get(f"{address(self.made)}/revisions").json["items"]
        begun = [one["number"] for one in revisions if one["effective_from"] <= today]
        standing = [one for one in revisions if one["number"] >= max(begun, default=0)]
        safeties, paused = set(), {}
        for revision in standing:
            lifted = self._in_force(revision, profile)
            blocked = [
                self._blocked(item["exercise_id"], found, lifted) for item in revision["document"]["items"]
            ]
            for one in filter(None, blocked):
                paused.setdefault(one["exercise_id"], one)
                if _RANK[one["status"]] > _RANK[paused[one["exercise_id"]]["status"]]:
                    paused[one["exercise_id"]] = one
            safeties.add("paused" if any(blocked) else "safe")
        safety = "paused" if "paused" in safeties else "safe"
        if check["decision"] in _NOTHING:
            safety = "needs-review"
        return safety, sorted(paused.values(), key=lambda one: one["exercise_id"])

    def _in_force(self, revision, profile):
        """The pairs that overrides of a revision let through; those whose fact changed never again."""
        pairs = set()
        for place, one in enumerate(revision["document"]["overrides"]):
            key = (revision["number"], place)
            fact = profile["foot_drop"]
            if (fact["state"], fact["value"]) != ("known", "yes"):
                self.lapsed.add(key)
            if key not in self.lapsed and one["expires_at"] > self.clock.now.isoformat():
                pairs.add((one["rule_id"], one["exercise_id"]))
        return pairs

    @staticmethod
    def _blocked(exercise_id, found, lifted):
        if exercise_id not in found:
            return {"exercise_id": exercise_id, "status": "forbid", "rules": []}
        status, because = found[exercise_id]["status"], found[exercise_id]["because"]
        if status == "avoid":
            because = [rule for rule in because if (rule, exercise_id) not in lifted]
        if status in {"forbid", "clearance"} or (status == "avoid" and because):
            return {"exercise_id": exercise_id, "status": status, "rules": because}
        return None


_RANK = {"avoid": 1, "clearance": 2, "forbid": 3}
_NOTHING = {"out-of-scope", "do-not-exercise", "insufficient-data", "clearance-required"}


@pytest.fixture(params=range(SEEDS))
def story(request, clinic, clock, lasting, releases, monkeypatch):  # noqa: PLR0917 fixtures are named, not placed
    chance = random.Random(request.param)
    return Story(chance, clinic, clock, caller=lasting, releases=releases, monkeypatch=monkeypatch)


def test_what_is_kept_is_what_a_fresh_look_finds(lasting, story):
    for _ in range(STEPS):
        story.step()
        shown = lasting.get(address(story.made)).json
        paused = sorted(shown["paused"], key=lambda one: one["exercise_id"])
        assert (shown["safety"], paused) == story.expected(), story.happened
