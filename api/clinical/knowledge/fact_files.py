"""Facts, screens and derived facts from their files."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from api.clinical.compiled import derivation_order
from api.clinical.criteria import Criterion, Domain
from api.clinical.derived import Derived, Measure
from api.clinical.errors import CriterionFault, KnowledgeFault, ValueRefused
from api.clinical.facts import Fact, FactValue, ReadsAs, ShelfLife, Unit
from api.clinical.knowledge.reading import Entry, entries, nested, unique
from api.clinical.language import parse
from api.clinical.release import CONFLICTS
from api.clinical.vocabulary import ChangeKind, CheckKind, FactType

_TERNARY = ("yes", "no")
_SCREEN = ("clear", "not-clear")
_NUMBERS = frozenset({FactType.INTEGER, FactType.NUMBER})
_WITH_MEMBERS = frozenset({FactType.CHOICE, FactType.SET})


def read_facts(
    folder: Path, groups: tuple[str, ...]
) -> tuple[dict[str, Fact], dict[str, Derived], Mapping[str, Domain]]:
    """Entered facts with screens, derived facts, and what each may be compared with, in file order.

    Raises:
        KnowledgeFault: anything that does not fit, naming file, fact and place.
    """
    written = [(group, entry) for group in groups for entry in entries(folder, f"facts/{group}.yaml", "name")]
    drafts = [draft for group, entry in written for draft in _sided(group, entry)]
    derived = [_Draft(entry, "derived", "") for entry in entries(folder, "derived.yaml", "name")]
    domains = _domains(drafts, derived)
    facts = unique(
        (_fact(draft, domains) for draft in drafts),
        lambda fact: str(fact.name),
        lambda fact: f"facts/{fact.group}.yaml",
    )
    computed = unique(
        (_derived(draft.entry, domains) for draft in derived), lambda entry: str(entry.name), "derived.yaml"
    )
    for name in computed.keys() & facts.keys():
        raise KnowledgeFault("derived.yaml", name, "name", "is an entered fact too")
    for entry in entries(folder, "screens.yaml", "name"):
        screen = _screen(entry, facts)
        if screen.name in facts:
            raise entry.fault("name", "stands twice")
        facts[screen.name] = screen
    try:
        derivation_order(facts | computed)
    except ValueError as fault:
        raise KnowledgeFault("derived.yaml", "file", "order", str(fault)) from fault
    return facts, computed, domains


class _Draft:
    """An entry before it is read: one for each foot where it has sides."""

    def __init__(self, entry: Entry, group: str, side: str) -> None:
        self.entry = entry
        self.group = group
        self.side = side
        self.name = f"{entry.name}_{side}" if side else entry.name

    def text(self, condition: str) -> str:
        """A condition with `{side}` filled in."""
        return condition.replace("{side}", self.side)


def _sided(group: str, entry: Entry) -> list[_Draft]:
    content: Mapping[str, Any] = entry._left
    if not content.get("sides"):
        return [_Draft(entry, group, "")]
    return [_Draft(Entry(entry.file, entry.name, content), group, side) for side in ("left", "right")]


def _domains(facts: list[_Draft], derived: list[_Draft]) -> dict[str, Domain]:
    """What each name may be compared with, before any condition is read."""
    domains = {CONFLICTS: Domain("set", frozenset({"yes"}))}
    for draft in facts:
        content: Mapping[str, Any] = draft.entry._left
        match content.get("type"):
            case "set":
                domains[draft.name] = Domain("set", frozenset(content.get("values", ())))
            case "choice":
                domains[draft.name] = Domain("choice", frozenset(content.get("values", ())))
            case "ternary":
                domains[draft.name] = Domain("choice", frozenset(_TERNARY))
            case "date":
                domains[draft.name] = Domain("date")
            case _:
                domains[draft.name] = Domain("number")
        if any("also" in life for life in content.get("shelf_life", ())):
            stem, _, side = draft.name.rpartition("_")
            domains[f"{stem}_last_{side}"] = domains[draft.name]
    for draft in derived:
        content = draft.entry._left
        if "cases" in content:
            values = {case.get("value") for case in content["cases"] if isinstance(case, dict)}
            values.add(content.get("otherwise"))
            domains[draft.name] = Domain(
                "choice", frozenset(str(value) for value in values if value is not None)
            )
        elif "yes_when" in content or content.get("measure") in {Measure.OBSERVED_TODAY, Measure.BELOW_NORM}:
            domains[draft.name] = Domain("choice", frozenset(_TERNARY))
        else:
            domains[draft.name] = Domain("number")
    return domains


def condition(entry: Entry, place: str, text: str, domains: Mapping[str, Domain]) -> Criterion:
    """A condition of an entry.

    Raises:
        KnowledgeFault: with the column in the text.
    """
    try:
        return parse(text, domains)
    except CriterionFault as fault:
        raise entry.fault(f"{place}, column {fault.column}", fault.detail) from fault


def _fact(draft: _Draft, domains: Mapping[str, Domain]) -> Fact:
    entry = draft.entry
    entry.take("name", str)
    entry.flag("sides")
    kind = entry.closed("type", FactType)
    values = entry.listed("values") if kind in _WITH_MEMBERS else _TERNARY if kind is FactType.TERNARY else ()
    span = nested(entry, "range", entry.take("range", dict)) if kind in _NUMBERS else None
    units = tuple(_unit(entry, item) for item in entry.listed("units")) if kind in _NUMBERS else ()
    if kind in _NUMBERS and not units:
        raise entry.fault("units", "a number needs a unit")
    lives, expiring = _shelf_lives(draft, entry.listed("shelf_life", []), domains)
    gate = entry.text("gate", None)
    history = entry.take("history", dict, {})
    fact = Fact(
        name=draft.name,
        group=draft.group,
        type=kind,
        values=values,
        minimum=span.take("min", (int, float)) if span else None,
        maximum=span.take("max", (int, float)) if span else None,
        units=units,
        unit_required=entry.flag("unit_required"),
        shelf_lives=lives,
        expiring=MappingProxyType(expiring),
        expires_both_ways=entry.flag("expires_both_ways"),
        history=MappingProxyType({value: MappingProxyType(past) for value, past in history.items()}),
        gate=entry.word("gate", CheckKind, gate) if gate else None,
        reads_as=_stand_ins(draft, "reads_as", domains),
        overridden_by=_stand_ins(draft, "overridden_by", domains),
        contradicted_by_reading=entry.flag("contradicted_by_reading"),
        display_only=entry.flag("display_only"),
        change=entry.closed("change", ChangeKind, ChangeKind.LATER),
        favourable=_favourable(entry.take("favourable", (str, list, int), None)),
        note=entry.text("note", None),
        codes=entry.text("codes", None),
        unknown_means=entry.text("unknown_means"),
    )
    entry.end()
    _check_words(entry, fact)
    return fact


def _check_words(entry: Entry, fact: Fact) -> None:
    """Every value that is written of a fact is one that it can have."""
    read = [(key, case.value) for key in ("reads_as", "overridden_by") for case in getattr(fact, key)]
    read += [("shelf_life", value) for value in fact.expiring]
    for value, past in fact.history.items():
        read += [("history", word) for word in (value, *past, *past.values())]
    for key, word in read:
        if word not in fact.values:
            raise entry.fault(key, f"{fact.name} is never {word!r}")
    if fact.units and (fact.units[0].factor, fact.units[0].offset) != (1, 0):
        raise entry.fault("units", "the first unit is the normalised one")


def _favourable(value: str | list[str] | int | None) -> FactValue | None:
    return frozenset(value) if isinstance(value, list) else value


def _unit(entry: Entry, content: object) -> Unit:
    item = nested(entry, "units", content)
    unit = Unit(
        code=item.text("code"),
        factor=item.take("factor", (int, float), 1),
        offset=item.take("offset", (int, float), 0),
    )
    item.end()
    return unit


def _shelf_lives(
    draft: _Draft, written: tuple[Any, ...], domains: Mapping[str, Domain]
) -> tuple[tuple[ShelfLife, ...], dict[str, ShelfLife]]:
    lives = []
    expiring: dict[str, ShelfLife] = {}
    for content in written:
        item = nested(draft.entry, "shelf_life", content)
        same_day = item.flag("same_day")
        parts = {unit: item.take(unit, int, 0) for unit in ("days", "hours", "minutes")}
        if same_day is any(parts.values()):
            raise item.fault("days", "give days, hours, minutes or same_day")
        when = item.text("when", None)
        for value, days in item.take("also", dict, {}).items():
            expiring[value] = ShelfLife(lasts=timedelta(days=days))
        lives.append(
            ShelfLife(
                lasts=None if same_day else timedelta(**parts),
                when=condition(item, "when", draft.text(when), domains) if when else None,
                written=when,
            )
        )
        item.end()
    if lives and (lives[-1].when is not None or any(life.when is None for life in lives[:-1])):
        raise draft.entry.fault("shelf_life", "the last one, and only the last, has no condition")
    return tuple(lives), expiring


def _stand_ins(draft: _Draft, key: str, domains: Mapping[str, Domain]) -> tuple[ReadsAs, ...]:
    return tuple(_case(draft.entry, key, content, domains, draft) for content in draft.entry.listed(key, []))


def _case(
    entry: Entry, key: str, content: object, domains: Mapping[str, Domain], draft: _Draft | None = None
) -> ReadsAs:
    item = nested(entry, key, content)
    text = item.text("when", "true")
    hours = item.take("within_hours", int, None)
    case = ReadsAs(
        value=item.text("value"),
        when=condition(item, "when", draft.text(text) if draft else text, domains),
        within=timedelta(hours=hours) if hours else None,
    )
    item.end()
    return case


def _derived(entry: Entry, domains: Mapping[str, Domain]) -> Derived:
    name = entry.text("name")
    yes_when = entry.text("yes_when", None)
    measure = entry.text("measure", None)
    derived = Derived(
        name=name,
        yes_when=condition(entry, "yes_when", yes_when, domains) if yes_when else None,
        cases=tuple(_case(entry, "cases", content, domains) for content in entry.listed("cases", [])),
        otherwise=entry.text("otherwise", None),
        measure=entry.word("measure", Measure, measure) if measure else None,
        of=entry.listed("of", []),
        absence_is_an_answer=entry.flag("absence_is_an_answer"),
        display_only=entry.flag("display_only"),
        norms=MappingProxyType(entry.take("norms", dict, {})),
        up_to_age=entry.take("up_to_age", int, 0),
        source=entry.text("source", None),
    )
    entry.end()
    if [derived.yes_when is not None, bool(derived.cases), measure is not None].count(True) != 1:
        raise entry.fault("yes_when", "give exactly one of yes_when, cases and measure")
    for needed in derived.of:
        if needed not in domains:
            raise entry.fault("of", f"there is no fact {needed!r}")
    return derived


def _screen(entry: Entry, facts: Mapping[str, Fact]) -> Fact:
    scope = entry.closed("scope", CheckKind)
    clear = {}
    for name, value in entry.take("clear", dict).items():
        if name not in facts:
            raise entry.fault("clear", f"there is no fact {name!r}")
        try:
            clear[name] = facts[name].read(value, None)
        except ValueRefused as fault:
            raise entry.fault(f"clear.{name}", fault.detail) from fault
    keeps = entry.take("keeps", dict, {})
    for name, value in keeps.items():
        if name not in clear or value not in facts[name].values:
            raise entry.fault(f"keeps.{name}", f"{value!r} is not a value of a fact of this screen")
    screen = Fact(
        name=entry.text("name"),
        group="day" if scope is CheckKind.SESSION else "screens",
        type=FactType.SCREEN,
        values=_SCREEN,
        question=entry.text("question"),
        minutes=entry.take("minutes", int),
        clear=MappingProxyType(clear),
        keeps=MappingProxyType(keeps),
        unknown_means="the facts that it stands for are asked one by one",
    )
    entry.end()
    return screen
