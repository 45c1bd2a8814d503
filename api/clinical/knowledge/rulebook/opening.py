"""The front of the rule book: what it is, how to read it, how to sign it, and what it counts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

from api.clinical.knowledge.rulebook.markdown import code, item, paragraph, table
from api.clinical.knowledge.tables import tables
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import Decision, Effect, Level, RuleScope, UnknownPolicy


class Verification(StrEnum):
    """How far a statement was read in a source, from its own words."""

    VERIFIED = "verified"
    PARTLY_DESIGN = "verified, with a design decision in it"
    PARTLY_MEMORY = "verified, with something from memory in it"
    MEMORY = "from memory, to be checked"
    DESIGN = "design decision"


LEVELS: Mapping[Level, str] = {
    Level.ABSOLUTE: "nobody can clear it; what it forbids stays forbidden while it fires",
    Level.RELATIVE: "what it closes with *clearance* opens when a clinician clears it, for a limited time",
    Level.PRECAUTION: "exercise goes on, changed as the rule says",
    Level.INFORMATION: "something to know; it closes nothing",
}
EFFECTS: Mapping[Effect, str] = {
    Effect.FORBID: "not to be done",
    Effect.CLEARANCE: "not to be done until a clinician clears it",
    Effect.AVOID: "not to be offered; another exercise is chosen instead",
    Effect.MODIFY: "may be done, changed as the rule says",
}
UNKNOWN: Mapping[UnknownPolicy, str] = {
    UnknownPolicy.SAME: "acts as if it were true, and says which facts are missing",
    UnknownPolicy.RELATIVE: "acts as a relative contraindication: *forbid* becomes *clearance*",
    UnknownPolicy.PRECAUTION: "acts as a precaution: *forbid* and *clearance* become *avoid*",
    UnknownPolicy.INFORMATION: "says that the facts are missing, and closes nothing",
    UnknownPolicy.GATE: "nothing is answered until the missing facts are known",
    UnknownPolicy.IGNORE: "stays silent: another rule asks for the missing fact, or it does not matter",
}
SCOPES: Mapping[RuleScope, str] = {
    RuleScope.PROGRAMME: "a programme over weeks, and every session",
    RuleScope.SESSION: "a session on its day only",
    RuleScope.BOTH: "a programme over weeks, and every session",
}
DECISIONS: Mapping[Decision, str] = {
    Decision.OUT_OF_SCOPE: "this service must not answer",
    Decision.DO_NOT_EXERCISE: "a rule forbids every exercise",
    Decision.INSUFFICIENT_DATA: "a fact that must be known is not",
    Decision.CLEARANCE_REQUIRED: "every exercise waits for a clearance",
    Decision.MODIFIED: "some rule closes or changes some exercise",
    Decision.STANDARD: "no rule acts",
}


def verification(words: str) -> Verification:
    """What the words of a statement say about how far it was verified."""
    memory, design = "from memory" in words, "design decision" in words
    if words.startswith("verified"):
        if memory:
            return Verification.PARTLY_MEMORY
        return Verification.PARTLY_DESIGN if design else Verification.VERIFIED
    return Verification.MEMORY if memory else Verification.DESIGN


def opening(release: Release) -> Iterator[str]:
    """The front of the book."""
    yield from ("# The rule book", "")
    yield from paragraph(
        "Every fact, rule, exercise and source that Surefoot answers from, for clinicians to read and "
        "sign. It is generated from the knowledge release by `make rulebook` and holds nothing else; do not "
        "edit it."
    )
    yield from table(
        ("", ""),
        (
            ("Release", code(release.id)),
            ("Date", release.released_on.isoformat()),
            ("SHA-256", code(release.sha256)),
            ("Review status", f"**{release.review_status.replace('-', ' ')}**"),
            ("Review of the plain words", f"**{release.wording.review_status.replace('-', ' ')}**"),
        ),
    )
    yield from paragraph(
        "Surefoot supports the judgement of clinicians who prescribe exercise to adults with peripheral "
        "neuropathy. It does not diagnose. Until a rule is signed it is a proposal, and no decision may rest "
        "on it alone."
    )
    yield from _how_to_read()
    yield from _how_to_sign()
    yield from counts(release)


def _how_to_read() -> Iterator[str]:
    yield from ("## How to read it", "")
    yield from paragraph(
        "A *fact* is one thing known of a patient at a time. A *rule* fires when its condition is true; its "
        "effects touch the exercises that carry its tags (`*` is every exercise). Of all rules that touch an "
        "exercise the strictest effect counts."
    )
    yield from _explained("The levels of a rule", LEVELS)
    yield from _explained("The effects of a rule, strictest first", EFFECTS)
    yield from _explained("When the condition of a rule is unknown, the rule", UNKNOWN)
    yield from _explained("In which check a rule is read", SCOPES)
    yield from _explained("The decision of a check, strictest first", DECISIONS)
    yield from paragraph("How far a statement was verified:")
    yield from item("*verified in X*: text that carries the statement was found in the source X and read")
    yield from item("*from memory, to be checked*: standard knowledge; its text was not found and read")
    yield from item("*design decision*: chosen for safety or to be definite; no source claims it")
    yield ""
    yield from paragraph(
        "Facts, shelf lives, screens, questions, derived facts and the attributes of exercises carry no such "
        "words of their own: read them as design decisions unless a note names a source."
    )
    yield from paragraph(
        "Conditions read as they are written: `and`, `or`, `not`, comparisons, `in {…}` for one of several "
        "values, `has(fact, a, b)` where a list holds at least one of the members, `known(fact)` and "
        "`unknown(fact)`. A fact that was never told, was told to be unknown or has run out is unknown, and "
        "what rests on it is unknown too. A reassuring value runs out with its shelf life; an adverse one "
        "stays until a newer value replaces it, unless it says otherwise below."
    )


def _how_to_sign() -> Iterator[str]:
    yield from ("## How to sign it", "")
    yield from item("Read a rule with its sources; *agreed* means that you would act by it as it stands.")
    yield from item("Write beside it what must change, if anything: one threshold or word is enough.")
    yield from item("Sign the line of each rule, and the sheet at the end for all that you read.")
    yield from item(
        "A signature counts for this release, version and hash only. The steward then releases a signed rule "
        "as its next version, with review status *reviewed*; a changed one comes back for reading."
    )
    yield ""


def counts(release: Release) -> Iterator[str]:
    """How much there is, how strongly it speaks, and how far it was verified."""
    yield from ("## What it holds", "")
    yield from table(
        ("", "number"),
        (
            ("facts", len(release.plain_facts)),
            ("screens", len(release.screens)),
            ("derived facts", len(release.derived)),
            ("rules", len(release.rules)),
            ("entries of tables", sum(map(len, tables(release).values()))),
            ("exercises", len(release.exercises)),
            ("sources", len(release.citations)),
        ),
    )
    entries = [one for table_ in tables(release).values() for one in table_]
    rules_by, entries_by = (
        Counter(verification(one.verification) for one in some) for some in (release.rules, entries)
    )
    yield from table(
        ("how far statements were verified", "rules", "entries of tables"),
        [(word.value, rules_by[word], entries_by[word]) for word in Verification]
        + [("all", rules_by.total(), entries_by.total())],
    )
    groups = dict.fromkeys(rule.group for rule in release.rules)
    yield from table(
        ("body system", *Level, "all"),
        [_row(group, [rule for rule in release.rules if rule.group == group]) for group in groups]
        + [_row("all", release.rules)],
    )
    reviewed = Counter(rule.review_status.replace("-", " ") for rule in release.rules)
    yield from table(("review status", "rules"), sorted(reviewed.items()))


def _explained(title: str, words: Mapping[Any, str]) -> Iterator[str]:
    yield from paragraph(f"{title}:")
    for word, meaning in words.items():
        yield from item(f"**{word}**: {meaning}")
    yield ""


def _row(name: str, rules: Iterable[Rule]) -> tuple[object, ...]:
    levels = Counter(rule.level for rule in rules)
    return name, *(levels[level] for level in Level), levels.total()
