"""The facts of the rule book: entered facts, screens, questions and what follows from them."""

from collections.abc import Iterator
from datetime import timedelta

from api.clinical.derived import Derived
from api.clinical.facts import Fact, FactValue, ReadsAs, ShelfLife, Unit
from api.clinical.knowledge.rulebook.markdown import code, codes, condition, item, links, paragraph, text
from api.clinical.knowledge.rulebook.rules import title
from api.clinical.notation import formula, written
from api.clinical.release import Release
from api.clinical.vocabulary import FactType

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_COUNT = "1"
"""The unit of what is only counted."""


def facts(release: Release) -> Iterator[str]:
    """Every entered fact; what is said of both feet alike stands once."""
    yield from ("## Facts", "")
    yield from paragraph(
        "What can be told of a patient. Every fact may also be told to be *unknown*; the words behind "
        "*unknown means* say what follows."
    )
    group = None
    for fact in release.plain_facts:
        other = _other_foot(release, fact)
        if other is not None and fact.name.endswith("_right"):
            continue
        if fact.group != group:
            group = fact.group
            yield from (f"### Facts: {title(group)}", "")
        yield from (f"#### {codes([fact.name] if other is None else [fact.name, other])}", "")
        yield from _fact(release, fact)
        yield ""


def screens(release: Release) -> Iterator[str]:
    """Every screen: one honest answer that stands for many facts."""
    yield from ("## Screens", "")
    yield from paragraph(
        "One honest answer of a clinician that stands for several facts. *clear* gives each of them the "
        "value below; *not-clear* means that they are asked one by one."
    )
    for screen in release.screens:
        yield from (f"#### {code(screen.name)}", "")
        yield from paragraph(f"**{text(screen.question or screen.name)}**")
        yield from item(f"Takes {screen.minutes} min")
        yield from item("*clear* stands for:")
        for name, value in screen.clear.items():
            kept = (
                f" (a {code(str(screen.keeps[name]))} on file is confirmed)" if name in screen.keeps else ""
            )
            yield from item(f"{code(name)}: {value_of(value)}{kept}", depth=1)
        yield ""


def questions(release: Release) -> Iterator[str]:
    """Questions that settle several facts in one step, beside the screens."""
    yield from ("## Questions", "")
    for question in release.questions:
        if question.screen is not None:
            continue
        by = [question.instrument, None if question.minutes is None else f"{question.minutes} min"]
        yield from item(f"**{text(question.question)}** ({text(', '.join(filter(None, by)))})")
        yield from item(f"{code(question.id)} settles {codes(question.facts)}", depth=1)
    yield ""


def derived_facts(release: Release) -> Iterator[str]:
    """What follows from facts, in the order in which it is worked out."""
    yield from ("## Derived facts", "")
    yield from paragraph("Computed, never told. In this order: a line may read what stands above it.")
    for derived in release.derived.values():
        yield from item(code(derived.name) + _remarks(derived))
        yield from condition(formula(derived))
        for group, bands in derived.norms.items():
            limits = ", ".join(f"from {age}: {limit}" for age, limit in bands.items())
            yield from item(f"{group}, by age: {limits}; up to {derived.up_to_age}", depth=1)
    yield ""


def value_of(value: FactValue | None) -> str:
    """A value as it is told."""
    if value is None:
        return "unknown"
    return codes(sorted(value)) if isinstance(value, frozenset) else code(str(value))


def _other_foot(release: Release, fact: Fact) -> str | None:
    """The same fact of the other foot, where the book says the same of it."""
    stem, _, side = fact.name.rpartition("_")
    other = {"left": "right", "right": "left"}.get(side)
    if other is None or f"{stem}_{other}" not in release.facts:
        return None
    same = [line.replace(f"_{side}", f"_{other}") for line in _fact(release, fact)]
    twin = f"{stem}_{other}"
    return twin if same == list(_fact(release, release.facts[twin])) else None


def _fact(release: Release, fact: Fact) -> Iterator[str]:
    yield from item(_type(fact))
    if fact.minimum is not None:
        yield from item(f"Plausible from {fact.minimum:g} to {fact.maximum:g}{_in(fact)}")
    if len(fact.units) > 1:
        others = ", ".join(map(_converted, fact.units[1:]))
        yield from item(f"Told also in {others}")
    yield from _ageing(fact)
    if fact.gate is not None:
        yield from item(f"Must be known for every {fact.gate} check")
    for case in fact.reads_as:
        yield from _stand_in("If unknown, it reads", case)
    for case in fact.overridden_by:
        yield from _stand_in("Whatever was told, it is", case)
    yield from item(f"Unknown means: {text(fact.unknown_means)}")
    if fact.note:
        yield from item(f"Note: {text(fact.note)}")
    if fact.codes:
        yield from item(f"Codes: {text(fact.codes)}")
    asked = [screen.name for screen in release.screens if fact.name in screen.clear]
    if asked:
        yield from item(f"Settled by {codes(asked)}")
    reading = [rule.id for rule in release.reading_rules[fact.name]]
    yield from item(f"Rules: {links(reading) or 'none reads it'}")


def _type(fact: Fact) -> str:
    match fact.type:
        case FactType.SET:
            return f"Any of {codes(fact.values)}"
        case FactType.CHOICE | FactType.TERNARY | FactType.SCREEN:
            return f"One of {codes(fact.values)}"
        case FactType.DATE:
            return "A date" if fact.name == "birth_date" else "A date, or `asked-none`"
        case FactType.INTEGER:
            return f"A whole number{_in(fact)}"
    return f"A number{_in(fact)}"


def _ageing(fact: Fact) -> Iterator[str]:
    if not fact.shelf_lives:
        yield from item("Does not run out")
    for life in fact.shelf_lives:
        yield from item(f"A {'' if fact.expires_both_ways else 'reassuring '}value counts {_lasting(life)}")
        if life.when is not None:
            yield from condition(f"where {written(life.when)}")
    for value, life in fact.expiring.items():
        yield from item(f"{code(value)} counts {_lasting(life)}")
    for after, turned in fact.history.items():
        for before, read in turned.items():
            yield from item(f"{code(after)} after {code(before)} reads {code(read)}")


def _stand_in(words: str, case: ReadsAs) -> Iterator[str]:
    hours = "" if case.within is None else f", by anything of the last {_span(case.within)}"
    yield from item(f"{words} {code(case.value)}{hours}, when:")
    yield from condition(written(case.when))


def _lasting(life: ShelfLife) -> str:
    return "on its own day" if life.lasts is None else f"for {_span(life.lasts)}"


def _span(span: timedelta) -> str:
    if span >= _DAY and not span % _DAY:
        return _many(span // _DAY, "day")
    if not span % _HOUR:
        return _many(span // _HOUR, "hour")
    return _many(span // timedelta(minutes=1), "minute")


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _in(fact: Fact) -> str:
    unit = fact.units[0].code
    return "" if unit == _COUNT else f" {code(unit)}"


def _converted(unit: Unit) -> str:
    offset = f", then {unit.offset:+g}" if unit.offset else ""
    return f"{code(unit.code)} (times {unit.factor:g}{offset})"


def _remarks(derived: Derived) -> str:
    remarks = []
    if derived.display_only:
        remarks.append("shown, and read by no rule")
    if derived.absence_is_an_answer:
        remarks.append("where nothing was told, that is the answer")
    if derived.source:
        remarks.append(f"source: {text(derived.source)}")
    return f" ({'; '.join(remarks)})" if remarks else ""
