"""The exercises of a plan, each with its dose in words, and why it is paused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from api.checks.answers import Judged, answers
from api.clinical import fitt
from api.clinical.lifecycle import State
from api.clinical.locks import Lock, closing
from api.clinical.vocabulary import Effect
from api.prescriptions import gate
from api.prescriptions.documents import doses_of, exercise_ids
from api.prescriptions.plain import item_in_words
from api.prescriptions.plans.basis import Basis
from api.prescriptions.wording import Words


class ItemState(StrEnum):
    """What holds of an exercise of the plan today."""

    OPEN = "open"
    UPCOMING = "upcoming"
    PAUSED = "paused"


class PauseKind(StrEnum):
    """What paused an exercise."""

    RULE = "rule"
    LOCK = "lock"
    ON_HOLD = "on-hold"


class Item(NamedTuple):
    """An exercise of the plan, as it stands and as it is shown."""

    exercise_id: str
    state: ItemState
    shown: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Items:
    """The exercises of a plan, in the order prescribed, and the rules that they name."""

    entries: Sequence[Item]
    rules: Sequence[str]

    @property
    def closed(self) -> bool:
        """Whether any of them is paused."""
        return any(one.state is ItemState.PAUSED for one in self.entries)


def items(
    words: Words, document: Mapping[str, Any], rests_on: Basis, now: Judged, locks: Sequence[Lock]
) -> Items:
    """The exercises of a document.

    Args:
        words: in which to say it.
        document: the revision.
        rests_on: the prescription today.
        now: what is known, and the check of a programme for it.
        locks: what reports have closed.
    """
    writer = _Writer(words, document, rests_on, now, locks)
    entries = [writer.item(one) for one in document["items"]]
    return Items(entries=entries, rules=tuple(writer.named))


class _Writer:
    """Writes the exercises of one plan."""

    def __init__(
        self, words: Words, document: Mapping[str, Any], rests_on: Basis, now: Judged, locks: Sequence[Lock]
    ) -> None:
        self.words = words
        self.rests_on = rests_on
        self.now = now
        self.locks = locks
        self.release = answers().release
        self.doses: fitt.Doses = doses_of(document)
        verdict = gate.verdict(now.assessment, exercise_ids(document), rests_on.pairs())
        self.blocked = {one.exercise_id: one for one in verdict.blocked}
        self.shut = now.assessment.decision in gate.NO_DOSE
        self.named: dict[str, None] = {}

    def item(self, item: Mapping[str, Any]) -> Item:
        exercise_id = item["exercise_id"]
        paused = [*self._rules(exercise_id), *self._locks(exercise_id), *self._hold()]
        due = self.rests_on.week is not None and item["from_week"] <= self.rests_on.week
        state = ItemState.PAUSED if paused else ItemState.OPEN if due else ItemState.UPCOMING
        said = self.words.exercise(exercise_id)
        shown = {
            "part": item["part"],
            "exercise_id": exercise_id,
            "name": said.name,
            "how": said.how,
            "stop": said.stop,
            "dose": item_in_words(self.words.language, item, self.doses),
            "note": item["note"],
            "from_week": item["from_week"],
            "starts_on": None if due else self.rests_on.begins(item["from_week"]),
            "state": state,
            "paused": paused,
            "advice": self._advice(exercise_id),
            "monitoring": [
                {"rule_id": one.rule_id, "what": one.monitored, "every": one.monitored_every}
                for one in self.rests_on.overrides
                if one.exercise_id == exercise_id
            ],
        }
        return Item(exercise_id, state, shown)

    def _rules(self, exercise_id: str) -> list[dict[str, Any]]:
        """Why the check does not let it through."""
        blocked = self.blocked.get(exercise_id)
        if blocked is None and not self.shut:
            return []
        rules = blocked.rules if blocked is not None else ()
        self._name(rules)
        text = self.words.because
        if not rules:
            return [_pause(PauseKind.RULE, None, text(())[0], since=None)]
        return [_pause(PauseKind.RULE, one, text((one,))[0], since=self._since(one)) for one in rules]

    def _since(self, rule_id: str) -> datetime | None:
        """Since when what a rule rests on is known; None where it rests on what is not known."""
        finding = next(one for one in self.now.assessment.findings if one.rule.id == rule_id)
        seen = self.now.known.seen
        moments = [seen[name].observed_at for name in finding.facts if name in seen]
        return None if finding.missing or not moments else max(moments)

    def _locks(self, exercise_id: str) -> list[dict[str, Any]]:
        found = closing(self.release, self.locks, exercise_id, self.rests_on.as_of)
        return [
            _pause(
                PauseKind.LOCK,
                one.reason,
                self._locked(one),
                since=one.since,
                until=one.until,
                report_id=one.report_id,
            )
            for one in found
        ]

    def _locked(self, lock: Lock) -> str:
        if lock.until is None:
            return self.words.say("plan", "locked")
        day = lock.until.astimezone(self.rests_on.as_of.tzinfo).date()
        return self.words.say("plan", "locked_until", day=self.words.day(day))

    def _hold(self) -> list[dict[str, Any]]:
        if self.rests_on.state is not State.ON_HOLD:
            return []
        text = self.words.say("plan", State.ON_HOLD.value)
        return [_pause(PauseKind.ON_HOLD, None, text, since=self.rests_on.since)]

    def _advice(self, exercise_id: str) -> list[str]:
        """The rules that change how it is done."""
        place = self.release.exercise_positions.get(exercise_id)
        rules = [
            one.rule.id
            for one in self.now.assessment.findings
            if place is not None and self.release.touched(one.effects.get(Effect.MODIFY, ())) >> place & 1
        ]
        self._name(rules)
        return rules

    def _name(self, rules: Sequence[str]) -> None:
        self.named.update(dict.fromkeys(rules))


def _pause(
    kind: PauseKind,
    reason: str | None,
    text: str,
    *,
    since: datetime | None,
    until: datetime | None = None,
    report_id: Any = None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "reason": reason,
        "text": text,
        "since": since,
        "until": until,
        "report_id": report_id,
    }
