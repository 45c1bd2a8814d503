"""The stateless check as FastAPI and pydantic have it: typed body and answer, the same gate and medicine.

The body's models are generated from the vocabulary, the route and its dependency are `async` (so that no
thread is changed), and the answer goes through a response model. No log line, no metrics, no strict reading
of JSON: the peer does somewhat less than the service.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, HTTPException, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, create_model

from api.caller import Caller
from api.clinical.contraindications import Assessment, Finding, assess
from api.clinical.facts import Fact, Observation, contradictions
from api.clinical.knowledge import library
from api.clinical.profile import Profile, profile
from api.clinical.vocabulary import (
    ASKED_NONE,
    UNKNOWN,
    Basis,
    CheckKind,
    Decision,
    FactState,
    FactType,
    Level,
    ReviewStatus,
    Status,
)
from api.errors import Unauthenticated
from api.patients.observations.values import plain
from api.settings import Settings
from api.web.bearer import Gate, read_keys

RELEASE = library.load()
Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Strict(BaseModel):
    """A body that refuses what it does not know."""

    model_config = ConfigDict(extra="forbid")


class Seen(Strict):
    """What every fact may carry beside its value."""

    observed_at: AwareDatetime | None = None
    method: Text | None = None
    source: Text | None = None
    source_record_id: Text | None = None


def _value(fact: Fact) -> Any:
    match fact.type:
        case FactType.CHOICE | FactType.TERNARY | FactType.SCREEN:
            return Literal[(*fact.values, UNKNOWN)]
        case FactType.SET:
            return list[Literal[fact.values]] | Literal[UNKNOWN]  # type: ignore[valid-type]
        case FactType.DATE:
            return Annotated[str, StringConstraints(pattern=rf"^(\d{{4}}-\d\d-\d\d|{ASKED_NONE})$")]
    number = int if fact.type is FactType.INTEGER else float
    if len(fact.units) > 1:  # the range depends on the unit; `Fact.read` knows it
        return Annotated[number, Field(strict=fact.type is FactType.INTEGER)]
    return Annotated[number, Field(ge=fact.minimum, le=fact.maximum)]


def _model(fact: Fact) -> type[BaseModel]:
    members: dict[str, Any] = {"value": (_value(fact), ...)}
    if fact.units:
        unit = Literal[tuple(unit.code for unit in fact.units)]  # type: ignore[valid-type]
        members["unit"] = (unit, ...) if fact.unit_required else (unit | None, None)
    return create_model(f"{fact.name}_fact", __base__=Seen, **members)


_MODELS = {name: _model(fact) for name, fact in RELEASE.facts.items()}
Facts = create_model(
    "Facts",
    __base__=Strict,
    **{name: (model | list[model] | None, None) for name, model in _MODELS.items()},  # type: ignore[valid-type]
)


class Check(Strict):
    """What a check is asked."""

    kind: CheckKind
    as_of: AwareDatetime | None = None
    observed_at: AwareDatetime | None = None
    facts: Facts  # type: ignore[valid-type]


class FindingFact(BaseModel):
    """A fact that a finding rests on."""

    name: str
    value: str | int | float | list[str] | None
    observed_at: datetime


class RuleEffect(BaseModel):
    """What a rule does."""

    effect: str
    tags: list[str]


class FindingAnswer(BaseModel):
    """A rule that fired."""

    rule_id: str
    version: int
    level: Level
    basis: Basis
    cleared: bool
    title: str
    facts: list[FindingFact]
    missing: list[str]
    effects: list[RuleEffect]
    do: str
    clinician: str
    citations: list[str]
    verification: str
    review_status: ReviewStatus


class JudgementAnswer(BaseModel):
    """What may be done with one exercise."""

    exercise_id: str
    status: Status
    because: list[str]


class MissingAnswer(BaseModel):
    """A fact that is asked for."""

    name: str
    state: FactState
    rules: list[str]


class KnowledgeAnswer(BaseModel):
    """The knowledge that answered."""

    release: str
    sha256: str


class CheckAnswer(BaseModel):
    """The answer to a check."""

    decision: Decision
    kind: CheckKind
    as_of: datetime
    valid_until: datetime
    knowledge: KnowledgeAnswer
    findings: list[FindingAnswer]
    exercises: list[JudgementAnswer]
    gates: list[str]
    missing: list[MissingAnswer]


_settings = Settings.from_environment(os.environ)
_gate = Gate(read_keys(_settings.signing_keys), issuer=_settings.issuer, standing=lambda _: True)
app = FastAPI()


async def caller(request: Request) -> Caller:
    """Who asks; they must be allowed to run checks."""
    try:
        found: Any = _gate.admit(
            request.headers.get("authorization"), datetime.now(UTC), lambda who: SimpleNamespace(caller=who)
        )
    except Unauthenticated as refusal:
        raise HTTPException(401) from refusal
    if not found.caller.may("checks:run"):
        raise HTTPException(403)
    known: Caller = found.caller
    return known


@app.get("/livez")
async def live() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@app.post("/v1/checks", response_model=CheckAnswer)
async def check(body: Check, _: Annotated[Caller, Depends(caller)]) -> Any:
    """Check the facts of the body."""
    as_of = body.as_of or datetime.now(UTC)
    seen = list(_observations(body))
    together = {one.name: one.value for one in seen}
    if contradictions(together):
        raise HTTPException(422)
    known = profile(RELEASE, seen, as_of)
    assessment = assess(RELEASE, known, body.kind)
    return {
        "decision": assessment.decision,
        "kind": assessment.kind,
        "as_of": as_of,
        "valid_until": assessment.valid_until,
        "knowledge": {"release": RELEASE.id, "sha256": RELEASE.sha256},
        "findings": _findings(assessment, known),
        "exercises": [
            {"exercise_id": name, "status": status, "because": because}
            for name, status, because in assessment.exercises
        ],
        "gates": assessment.gates,
        "missing": [
            {"name": name, "state": state, "rules": rules} for name, state, rules in assessment.missing
        ],
    }


def _observations(body: Check) -> Iterator[Observation]:
    for name in body.facts.model_fields_set:
        given = getattr(body.facts, name)
        for one in given if isinstance(given, list) else [given]:
            at = one.observed_at or body.observed_at
            if at is None:
                raise HTTPException(422)
            value = RELEASE.facts[name].read(one.value, getattr(one, "unit", None))
            yield Observation(name, value, at, one.method, one.source, one.source_record_id)


def _findings(assessment: Assessment, known: Profile) -> list[dict[str, Any]]:
    return [_finding(one, known) for one in assessment.findings]


def _finding(finding: Finding, known: Profile) -> dict[str, Any]:
    rule = finding.rule
    return {
        "rule_id": rule.id,
        "version": rule.version,
        "level": finding.level,
        "basis": finding.basis,
        "cleared": finding.cleared,
        "title": rule.title,
        "facts": [
            {
                "name": name,
                "value": plain(known.seen[name].value),
                "observed_at": known.seen[name].observed_at,
            }
            for name in finding.facts
        ],
        "missing": finding.missing,
        "effects": [{"effect": effect, "tags": sorted(tags)} for effect, tags in finding.effects.items()],
        "do": rule.do,
        "clinician": rule.clinician,
        "citations": [one.id for one in rule.citations],
        "verification": rule.verification,
        "review_status": rule.review_status,
    }
