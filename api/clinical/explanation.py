"""Why a rule fired for a profile: the facts that carry it, and the facts that are missing."""

from api.clinical.criteria import PartOfSet, holds, names
from api.clinical.profile import Profile
from api.clinical.release import CONFLICTS, Release
from api.clinical.support import NOTHING, Support


class Explainer:
    """Explains rules over one profile; the support of each fact is worked out once.

    Nothing that it holds refers back to it, so that what a check leaves behind is free at once.
    """

    def __init__(self, release: Release, profile: Profile) -> None:
        self.release = release
        self.profile = profile
        self.values = profile.values
        self.entered = profile.entered
        self._supports: dict[str, Support] = {}

    def why(self, position: int) -> Support:
        """The support of the rule at a position, which fired."""
        return self.release.whys.rules[position](self.values, self._at)

    def _at(self, name: str) -> Support:
        known = self._supports.get(name)
        if known is None:
            known = self._supports[name] = self._looked_up(name)
        return known

    def _looked_up(self, name: str) -> Support:
        derived = self.release.derived.get(name)
        if derived is not None:
            if derived.absence_is_an_answer:
                read = self.release.inputs[name]
                return Support(
                    frozenset(one for one in read if self.entered.get(one) is not None), frozenset()
                )
            return self.release.whys.facts[name](self.values, self._at)
        alone = self.release.whys.alone.get(name)
        if alone is not None:
            present, absent = alone
            return absent if self.entered.get(name) is None else present
        if name == CONFLICTS:
            return Support(frozenset(), frozenset(self.profile.conflicts))
        return self._entered(self.release.last_names.get(name, name))

    def _entered(self, name: str) -> Support:
        """Support of a fact that others can stand in for, or of which only a part still counts."""
        entered = self.entered.get(name)
        fact = self.release.facts[name]
        for case in fact.overridden_by:
            if holds(case.when, self.values):
                return Support(names(case.when), frozenset())
        if entered is not None:
            own = frozenset({name})
            return Support(own, own if isinstance(entered, PartOfSet) else frozenset())
        if any(not names(case.when) for case in fact.reads_as):
            return NOTHING
        if not fact.reads_as:
            return Support(frozenset(), frozenset({name}))
        behind = self.release.whys.facts[name](self.values, self._at)
        if self.values[name] is not None and not behind.missing:
            return behind
        return Support(behind.facts, behind.missing | {name})
