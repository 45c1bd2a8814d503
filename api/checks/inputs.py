"""What a check read, as it is kept, and the question again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.checks.answers import Question
from api.clinical.contraindications import Clearance
from api.clinical.facts import Observation
from api.clinical.release import Release
from api.clinical.vocabulary import CheckKind
from api.patients.observations.values import plain, restored


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A check as it was kept.

    Attributes:
        inputs: as `kept` wrote them.
        rules: the version of every rule that was read.
        answer: as it was given, as JSON data.
    """

    kind: CheckKind
    as_of: datetime
    time_zone: str
    inputs: Mapping[str, Any]
    rules: Mapping[str, int]
    answer: Mapping[str, Any]


def kept(question: Question) -> dict[str, Any]:
    """All that an answer depends on, beside the moment and the release, as JSON data."""
    return {
        "observations": kept_observations(question.observations),
        "clearances": [
            {
                "rule_id": one.rule_id,
                "granted_by": {"name": one.granted_by_name, "role": one.granted_by_role},
                "granted_at": one.granted_at,
                "expires_at": one.expires_at,
                "limits": one.limits,
            }
            for one in question.clearances
        ],
    }


def kept_observations(observations: Iterable[Observation]) -> list[dict[str, Any]]:
    """Observations as JSON data."""
    return [
        {
            "name": one.name,
            "value": plain(one.value),
            "observed_at": one.observed_at,
            "method": one.method,
            "source": one.source,
            "source_record_id": one.source_record_id,
        }
        for one in observations
    ]


def read_observations(release: Release, data: Iterable[Mapping[str, Any]]) -> list[Observation]:
    """The observations that `kept_observations` wrote, without facts that the release no longer knows."""
    return [
        Observation(
            one["name"],
            restored(release.facts[one["name"]], one["value"]),
            datetime.fromisoformat(one["observed_at"]),
            one["method"],
            one["source"],
            one["source_record_id"],
        )
        for one in data
        if one["name"] in release.facts
    ]


def asked_again(asked: Asked, release: Release) -> tuple[Question, Sequence[str]]:
    """The question again, and the facts that the release no longer knows."""
    told = asked.inputs["observations"]
    clearances = [
        Clearance(
            rule_id=one["rule_id"],
            granted_by_name=one["granted_by"]["name"],
            granted_by_role=one["granted_by"]["role"],
            granted_at=datetime.fromisoformat(one["granted_at"]),
            expires_at=datetime.fromisoformat(one["expires_at"]),
            limits=one["limits"],
        )
        for one in asked.inputs["clearances"]
    ]
    question = Question(
        kind=asked.kind,
        as_of=asked.as_of.astimezone(ZoneInfo(asked.time_zone)),
        observations=read_observations(release, told),
        clearances=clearances,
    )
    return question, sorted({one["name"] for one in told} - release.facts.keys())
