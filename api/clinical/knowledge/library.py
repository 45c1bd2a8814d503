"""Read, check and freeze the knowledge release once; a faulty release is refused."""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import published
from api.clinical.knowledge.adherence_file import read_counting
from api.clinical.knowledge.dose_checks import check_doses
from api.clinical.knowledge.dose_file import read_dosing
from api.clinical.knowledge.examples import check_examples
from api.clinical.knowledge.exercise_files import read_exercises
from api.clinical.knowledge.fact_files import read_facts
from api.clinical.knowledge.foot_looks_file import read_foot_looks
from api.clinical.knowledge.outcomes_file import read_outcomes
from api.clinical.knowledge.pre_session_file import read_alarms
from api.clinical.knowledge.progression_file import read_pacing
from api.clinical.knowledge.question_files import read_questions
from api.clinical.knowledge.reading import Entry, document
from api.clinical.knowledge.rule_files import Known, read_rules, read_sources
from api.clinical.knowledge.triage_file import read_triaging
from api.clinical.knowledge.wording_file import read_wording
from api.clinical.release import Release
from api.clinical.rules import Rule
from api.clinical.vocabulary import EVERY_EXERCISE, ReviewStatus

HERE = Path(__file__).parent
EARLIER = "earlier"
"""The folder, inside a release's own, of the releases before it; they are no part of it."""


@cache
def load() -> Release:
    """The release that ships with this service, checked and proved.

    Raises:
        KnowledgeFault: the release must not be used; the message names file, rule and place.
    """
    release = read(HERE)
    published.proof(HERE, fingerprint(HERE, published.PROVED))
    return release


def read(folder: Path) -> Release:
    """A release from a folder, checked.

    Raises:
        KnowledgeFault: any fault, naming file, entry and place.
    """
    release, seals = _assembled(folder)
    _check_seals(release.rules, seals)
    _check_reach(release)
    check_doses(release)
    check_examples(release)
    return release


def seal(folder: Path = HERE) -> Mapping[str, Mapping[str, Any]]:
    """What `release.yaml` must say of each rule: its version and the hash of what it says."""
    release, _ = _assembled(folder)
    return {rule.id: {"version": rule.version, "sha256": rule.sha256} for rule in release.rules}


def sealed(folder: Path = HERE) -> Mapping[str, Mapping[str, Any]]:
    """What `release.yaml` says of each rule."""
    written = _mapping(folder, "release.yaml").get("sealed")
    return written if isinstance(written, dict) else {}


def _check_all_read(folder: Path, fact_groups: tuple[str, ...], rule_groups: tuple[str, ...]) -> None:
    """No file of facts or rules lies there that the release does not name."""
    for kind, groups in (("facts", fact_groups), ("rules", rule_groups)):
        for path in sorted((folder / kind).glob("*.yaml")):
            if path.stem not in groups:
                raise KnowledgeFault(f"{kind}/{path.name}", "file", "-", "is not named in release.yaml")


def _assembled(folder: Path) -> tuple[Release, Mapping[str, Any]]:
    header = Entry("release.yaml", "release", _mapping(folder, "release.yaml"))
    fact_groups, rule_groups = header.listed("facts"), header.listed("rules")
    _check_all_read(folder, fact_groups, rule_groups)
    facts, derived, domains = read_facts(folder, fact_groups)
    sources = read_sources(folder)
    exercises = read_exercises(folder)
    tags = frozenset().union(*(exercise.tags for exercise in exercises))
    known = Known(domains, sources, tags)
    rules, examples = read_rules(folder, rule_groups, known)
    pacing = read_pacing(folder, domains, sources)
    worked = Entry("vignettes.yaml", "vignettes", _mapping(folder, "vignettes.yaml"))
    release = Release(
        id=header.text("id"),
        released_on=header.take("released_on", date),
        review_status=header.closed("review_status", ReviewStatus),
        sha256=fingerprint(folder),
        facts=MappingProxyType(facts),
        derived=MappingProxyType(derived),
        rules=rules,
        exercises=exercises,
        citations=MappingProxyType(sources),
        dosing=read_dosing(folder, domains, sources),
        pacing=pacing,
        triaging=read_triaging(folder, facts, known, pacing),
        counting=read_counting(folder, domains, sources),
        outcomes=read_outcomes(folder, facts, domains, sources),
        foot_looks=read_foot_looks(folder, facts, domains, sources),
        grouping_tags=frozenset(header.listed("grouping_tags")),
        questions=read_questions(folder, facts),
        base=MappingProxyType(worked.take("base", dict)),
        vignettes=worked.listed("vignettes"),
        examples=MappingProxyType(examples),
        wording=read_wording(folder, {rule.id for rule in rules}),
        alarms=read_alarms(folder, domains, rules),
    )
    seals = header.take("sealed", dict)
    header.end()
    worked.end()
    return release, seals


def _mapping(folder: Path, file: str) -> Mapping[str, Any]:
    content = document(folder, file)
    if not isinstance(content, dict):
        raise KnowledgeFault(file, "file", "-", "must hold a mapping")
    return content


def files(folder: Path) -> list[Path]:
    """The files of a release."""
    found = sorted(folder.rglob("*.yaml"))
    return [path for path in found if path.relative_to(folder).parts[0] != EARLIER]


def fingerprint(folder: Path, only: Collection[str] = ()) -> str:
    """One hash over all files, or those under some names, by name and content."""
    digest = sha256()
    for path in files(folder):
        if only and path.relative_to(folder).parts[0] not in only:
            continue
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _check_seals(rules: tuple[Rule, ...], seals: Mapping[str, Any]) -> None:
    """A released rule is never edited: what it says must be what was released under its version."""
    for rule in rules:
        file = f"rules/{rule.group}.yaml"
        seal_of = seals.get(rule.id)
        if seal_of is None:
            raise KnowledgeFault(file, rule.id, "version", "is not in release.yaml; seal the release")
        if seal_of != {"version": rule.version, "sha256": rule.sha256}:
            detail = "differs from what was released under this version; supersede it with a new version"
            raise KnowledgeFault(file, rule.id, "version", detail)
    gone = seals.keys() - {rule.id for rule in rules}
    if gone:
        raise KnowledgeFault("release.yaml", min(gone), "sealed", "was released and is gone")


def _check_reach(release: Release) -> None:
    """Every rule touches an exercise, and every stand-in names facts that exist."""
    for rule in release.rules:
        for effect, tags in rule.effects.items():
            if not any(release.tagged[tag] for tag in tags):
                raise KnowledgeFault(
                    f"rules/{rule.group}.yaml", rule.id, f"effects.{effect}", "touches no exercise"
                )
        for relaxation in rule.relaxations:
            loose = relaxation.tags - rule.effects.get(relaxation.milder_from, frozenset()) - {EVERY_EXERCISE}
            if loose:
                raise KnowledgeFault(
                    f"rules/{rule.group}.yaml", rule.id, "relax", f"{min(loose)} is not in that effect"
                )
