"""What would have to change for a closed exercise to open, or for any: all minimal sets, easiest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from api.clinical.changes import Alternatives
from api.clinical.criteria import holds
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.rules import CLOSING, Rule, positions
from api.clinical.vocabulary import EVERY_EXERCISE, ChangeKind, CheckKind, UnknownPolicy

MOST_SETS = 50
_MOST_OPEN = 60
_LARGEST_OPTION = 3
_FEW = 7
_ROUNDS = 3
_COST = {ChangeKind.MEASURE_NOW: 1, ChangeKind.CHANGE_NOW: 2, ChangeKind.CLEARANCE: 6, ChangeKind.LATER: 20}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Change:
    """One thing that could be different.

    Attributes:
        kind: how it can come about.
        fact: the fact to measure or to change; None for a clearance.
        value: a value of the fact that suffices, normalised; another may do as well.
        rule_id: the rule to clear; None for a fact.
    """

    kind: ChangeKind
    fact: str | None = None
    value: Any = field(default=None, compare=False)
    rule_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactuals:
    """How a closed exercise opens, or how a check comes to an answer that leaves exercises open.

    Attributes:
        exercise_id: the exercise; None where whatever closes all exercises was asked about.
        already_open: nothing has to change.
        sets: minimal sets of changes, easiest first; each opens the exercise, and none can spare a part.
        complete: False where more sets exist than are listed.
        fixed: facts that stand in the way and cannot change; only where no set exists.
    """

    exercise_id: str | None
    already_open: bool
    sets: tuple[tuple[Change, ...], ...]
    complete: bool
    fixed: tuple[str, ...]


def counterfactuals(
    release: Release,
    profile: Profile,
    kind: CheckKind,
    exercise_id: str | None,
    *,
    cleared: Iterable[str] = (),
) -> Counterfactuals:
    """All minimal sets of changes that would open one exercise, or lift whatever closes all of them.

    Args:
        release: the knowledge.
        profile: the patient at the moment of the check.
        kind: a programme, or a session on its day.
        exercise_id: an exercise of the catalogue; None for gates and rules that close every exercise.
        cleared: rules with a clearance in date.
    """
    return _Search(release, profile, kind, exercise_id, frozenset(cleared)).answer()


def _easiest(change: Change) -> tuple[int, str, str]:
    return _COST[change.kind], change.fact or "", change.rule_id or ""


class _Search:
    """Finds sets of changes, as bit masks over a list of possible changes."""

    def __init__(
        self,
        release: Release,
        profile: Profile,
        kind: CheckKind,
        exercise_id: str | None,
        cleared: frozenset[str],
    ) -> None:
        self.release = release
        self.kind = kind
        self.exercise_id = exercise_id
        self.target = (
            release.tagged[EVERY_EXERCISE]
            if exercise_id is None
            else 1 << release.exercise_positions[exercise_id]
        )
        self.reaching = frozenset(
            position for position in release.readings[kind][0] if self._may_close(release.rules[position])
        )
        self.cleared = cleared
        self.alternatives = Alternatives(release, profile)
        self.changes: list[Change] = []
        self.places: dict[Change, int] = {}
        self.truncated = False
        self._ranks: dict[int, tuple[int, int, tuple[tuple[int, str, str], ...]]] = {}
        self._tables: dict[int, Mapping[str, Any]] = {}

    def answer(self) -> Counterfactuals:
        closers = self._closers(0)
        if not closers:
            return self._found((), already_open=True)
        opening = self._opening({0})
        minimal = sorted({self._minimal(mask) for mask in opening}, key=self._rank)
        if not minimal:
            return self._found((), already_open=False, fixed=self._fixed(closers))
        self.truncated |= len(minimal) > MOST_SETS
        return self._found(minimal[:MOST_SETS], already_open=False)

    def _found(
        self, masks: Sequence[int], *, already_open: bool, fixed: tuple[str, ...] = ()
    ) -> Counterfactuals:
        return Counterfactuals(
            exercise_id=self.exercise_id,
            already_open=already_open,
            sets=tuple(self._listed(mask) for mask in masks),
            complete=not self.truncated,
            fixed=fixed,
        )

    def _opening(self, started: set[int]) -> set[int]:
        """Sets that open the exercise: what each closer needs, joined; again where that wakes others."""
        opening: set[int] = set()
        for _ in range(_ROUNDS):
            unfinished: set[int] = set()
            for mask in started:
                closers = self._closers(mask)
                if not closers:
                    opening.add(mask)
                    continue
                unfinished |= self._joined(mask, closers)
            started = self._least(unfinished - opening)
        return opening | {mask for mask in started if not self._closers(mask)}

    def _joined(self, mask: int, closers: Sequence[int | str]) -> set[int]:
        """Every way to answer all closers, on top of a set; nothing if one of them cannot be answered."""
        sets = {mask}
        choices = sorted((self._options(mask, closer) for closer in closers), key=len)
        for options in choices:
            sets = self._least({done | option for done in sets for option in options})
        return sets

    def _least(self, sets: set[int]) -> set[int]:
        """Without sets that contain another; the easiest where there are very many."""
        kept: list[int] = []
        for mask in sorted(sets, key=self._rank):
            if not any(mask & other == other for other in kept):
                kept.append(mask)
            if len(kept) == _MOST_OPEN:
                self.truncated = True
                break
        return set(kept)

    def _options(self, mask: int, closer: int | str) -> list[int]:
        """The least sets of changes that keep one rule, or one gate, from closing the exercise."""
        if isinstance(closer, str):
            place = self._change(closer)
            return [] if place is None else [1 << place]
        rule = self.release.rules[closer]
        found: list[int] = []
        if rule.clearable and not self._closes(closer, self._table(mask), self.cleared | {rule.id}):
            found.append(1 << self._place(Change(kind=ChangeKind.CLEARANCE, rule_id=rule.id)))
        places = [self._change(name) for name in sorted(self.release.closing_inputs[closer])]
        free = [place for place in places if place is not None and not mask >> place & 1]
        most = _LARGEST_OPTION if len(free) > _FEW else len(free)
        for size in range(1, most + 1):
            for chosen in combinations(free, size):
                option = sum(1 << place for place in chosen)
                if any(option & other == other for other in found):
                    continue
                if not self._closes(closer, self._table(mask | option), self.cleared):
                    found.append(option)
        return found or self._everything(mask, closer, free)

    def _everything(self, mask: int, closer: int, free: Sequence[int]) -> list[int]:
        """One large set that answers a rule, reduced to what it needs; nothing if all changes fail."""
        option = sum(1 << place for place in free)
        if self._closes(closer, self._table(mask | option), self.cleared):
            return []
        for place in free:
            less = option & ~(1 << place)
            if not self._closes(closer, self._table(mask | less), self.cleared):
                option = less
        self.truncated = True
        return [option]

    def _change(self, name: str) -> int | None:
        """The place of the change of a fact; None where it cannot change for the better."""
        kind, value = self.alternatives.of(name)
        if value is None or kind is ChangeKind.FIXED:
            return None
        return self._place(Change(kind=kind, fact=name, value=value))

    def _place(self, change: Change) -> int:
        if change not in self.places:
            self.places[change] = len(self.changes)
            self.changes.append(change)
        return self.places[change]

    def _chosen(self, mask: int) -> list[Change]:
        return [self.changes[place] for place in positions(mask)]

    def _listed(self, mask: int) -> tuple[Change, ...]:
        return tuple(sorted(self._chosen(mask), key=_easiest))

    def _rank(self, mask: int) -> tuple[int, int, tuple[tuple[int, str, str], ...]]:
        """How hard a set is; equally hard ones by their words, so that the order is always the same."""
        rank = self._ranks.get(mask)
        if rank is None:
            parts = tuple(sorted(map(_easiest, self._chosen(mask))))
            rank = self._ranks[mask] = (sum(cost for cost, _, _ in parts), len(parts), parts)
        return rank

    def _minimal(self, mask: int) -> int:
        """The set without changes that it does not need, the hardest left out first."""
        for change in reversed(self._listed(mask)):
            without = mask & ~(1 << self.places[change])
            if not self._closers(without):
                mask = without
        return mask

    def _table(self, mask: int) -> Mapping[str, Any]:
        table = self._tables.get(mask)
        if table is None:
            facts = {change.fact: change.value for change in self._chosen(mask) if change.fact}
            table = self._tables[mask] = self.alternatives.table(facts)
        return table

    def _closers(self, mask: int) -> list[int | str]:
        """Gates that are open and rules that close the exercise, after a set of changes."""
        table = self._table(mask)
        chosen = self._chosen(mask)
        cleared = self.cleared | {change.rule_id for change in chosen if change.rule_id}
        changed = {change.fact for change in chosen}
        gates: list[int | str] = [
            fact.name
            for fact in self.release.gates[self.kind]
            if table[fact.name] is None
            or (fact.name in self.alternatives.conflicts and fact.name not in changed)
        ]
        read, fire = self.release.readings[self.kind]
        surely, unsure = fire(table)
        fired = [(read[index], True) for index in surely] + [(read[index], False) for index in unsure]
        return gates + [
            position
            for position, sure in fired
            if position in self.reaching and self._shuts(position, table, cleared, surely=sure)
        ]

    def _may_close(self, rule: Rule) -> bool:
        """Whether a rule can close what is to open, however it acts; most cannot, and are not looked at."""
        tags = [tag for effect in CLOSING for tag in rule.effects.get(effect, ())]
        return rule.unknown is UnknownPolicy.GATE or self.release.touched(tags) & self.target == self.target

    def _closes(self, position: int, table: Mapping[str, Any], cleared: frozenset[str]) -> bool:
        rule = self.release.rules[position]
        truth = holds(rule.when, table)
        return truth is not False and self._shuts(position, table, cleared, surely=truth is True)

    def _shuts(
        self, position: int, table: Mapping[str, Any], cleared: Iterable[str], *, surely: bool
    ) -> bool:
        rule = self.release.rules[position]
        if not surely and not rule.acts_when_unknown:
            return rule.unknown is UnknownPolicy.GATE
        acts = self.release.relaxed_outcome(position, table, surely=surely, cleared=rule.id in cleared)
        return acts.closing & self.target == self.target

    def _fixed(self, closers: Sequence[int | str]) -> tuple[str, ...]:
        """Facts that stand in the way and cannot change."""
        read = {
            name
            for closer in closers
            for name in ({closer} if isinstance(closer, str) else self.release.closing_inputs[closer])
        }
        return tuple(sorted(name for name in read if self.alternatives.stands_fixed(name)))
