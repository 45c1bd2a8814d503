"""The rules of the rule book, by body system, each with a line for a signature; and the sources."""

from collections.abc import Iterator

from api.clinical.knowledge.rulebook.markdown import (
    code,
    codes,
    condition,
    item,
    link,
    links,
    paragraph,
    text,
)
from api.clinical.knowledge.rulebook.opening import SCOPES, UNKNOWN
from api.clinical.knowledge.tables import tables
from api.clinical.release import Release
from api.clinical.rules import Rule

SIGNATURE = "☐ agreed  ☐ to be changed  Name, role, date: ____________________________________________"


def rules(release: Release) -> Iterator[str]:
    """Every rule, in the order of the files."""
    yield from ("## Rules", "")
    group = None
    for rule, facts in zip(release.rules, release.rule_inputs, strict=True):
        if rule.group != group:
            group = rule.group
            yield from (f"### {title(group)}", "")
        yield from _rule(rule, sorted(facts), release.wording.patient[rule.id])


def sources(release: Release) -> Iterator[str]:
    """Every source, and how much of it was really read."""
    yield from ("## Sources", "")
    yield from paragraph("*Read* says how much of a source was really found and read, and no more.")
    for source in release.citations.values():
        yield from (f"#### {code(source.id)}", "")
        yield from item(text(source.source))
        yield from item(f"Kind: {text(source.kind)}")
        yield from item(f"Read: **{text(source.read)}**")
        resting = [rule.id for rule in release.rules if source.id in {one.id for one in rule.citations}]
        yield from item(f"Rules that rest on it: {links(resting) or 'none'}")
        entries = [
            one.id
            for entries in tables(release).values()
            for one in entries
            if source.id in {citation.id for citation in one.citations}
        ]
        if entries:
            yield from item(f"Entries of tables that rest on it: {codes(entries)}")
        yield ""


def title(group: str) -> str:
    """The name of a body system as a heading."""
    return group.replace("-", " ").replace("_", " ").capitalize()


def _rule(rule: Rule, facts: list[str], sentence: str) -> Iterator[str]:
    yield from (f"#### {code(rule.id)}", "")
    yield from paragraph(f"**{text(rule.title)}**")
    yield from item(f"Level: **{rule.level}**; read in {SCOPES[rule.scope]}")
    yield from item("When:")
    yield from condition(" ".join(rule.written.split()))
    yield from item(f"If that is unknown (*{rule.unknown}*), it {UNKNOWN[rule.unknown]}")
    yield from item(f"Rests on: {codes(facts) or 'nothing; it always fires'}")
    yield from _effects(rule)
    yield from item(f"For the person who exercises: {text(rule.do)}")
    yield from item(f"In plain words: {text(sentence)}")
    yield from item(f"For the clinician: {text(rule.clinician)}")
    yield from item("Sources:")
    for citation in rule.citations:
        note = f": {text(citation.note)}" if citation.note else ""
        yield from item(f"{link(citation.id)}{note}", depth=1)
    yield from item(f"Verification: **{text(rule.verification)}**")
    yield from item(
        f"Version {rule.version} of {rule.effective_from.isoformat()}, "
        f"{rule.review_status.replace('-', ' ')}; SHA-256 {code(rule.sha256[:16])}"
    )
    yield from (f"- {SIGNATURE}", "")


def _effects(rule: Rule) -> Iterator[str]:
    if not rule.effects:
        yield from item("Does: nothing to any exercise")
    for effect, tags in rule.effects.items():
        yield from item(f"Does: **{effect}** {codes(sorted(tags))}")
    for part in rule.relaxations:
        yield from item(
            f"Milder, from *{part.milder_from}* to *{part.milder_to}* for {codes(sorted(part.tags))}, when:"
        )
        yield from condition(" ".join(part.written.split()))
    if rule.decision is not None:
        yield from item(f"Forces the decision **{rule.decision}**")
    if rule.clearable:
        yield from item("Can be cleared by a named clinician")
