"""The machine proof that comes with a release: what holds over all rules and exercises, and what it costs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.clinical.knowledge.claims import CLAIMS, Claim, Ground
from api.clinical.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Burden:
    """How much one rule takes away.

    Attributes:
        witness: changes of the base patient under which it fires.
        closes_when_fired, closes_when_missing: share of exercises that it closes alone, 0 to 1.
    """

    rule_id: str
    witness: tuple[Mapping[str, Any], ...]
    closes_when_fired: float
    closes_when_missing: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The proof of one release.

    Attributes:
        sha256: over what was proved: facts, rules, exercises and what follows from them.
    """

    release: str
    sha256: str
    claims: tuple[Claim, ...]
    burdens: tuple[Burden, ...]

    @property
    def holds(self) -> bool:
        """Whether every claim holds."""
        return all(claim.holds for claim in self.claims)


def prove(release: Release, proved: str, progress: Callable[[str], None] = lambda _: None) -> Proof:
    """Try every claim on a release; takes some seconds.

    Args:
        release: the knowledge.
        proved: the hash of what is proved.
        progress: told what is tried.
    """
    ground = Ground(release)
    claims = []
    for attempt in CLAIMS:
        progress((attempt.__doc__ or attempt.__name__).partition("\n")[0])
        claims.append(attempt(ground))
    progress("What each rule takes away.")
    burdens = sorted(
        _burdens(ground), key=lambda one: (-one.closes_when_missing, -one.closes_when_fired, one.rule_id)
    )
    return Proof(release=release.id, sha256=proved, claims=tuple(claims), burdens=tuple(burdens))


def _burdens(ground: Ground) -> Iterator[Burden]:
    release = ground.release
    count = len(release.exercises)
    for index, rule in enumerate(release.rules):
        missing = dict.fromkeys(release.rule_inputs[index])
        unsure = release.outcome(index, surely=False, cleared=False).closing if rule.acts_when_unknown else 0
        fires_on_absence = bool(missing) and ground.space.fires(index, ground.space.changed(missing))
        fired = release.outcome(index, surely=True, cleared=False).closing
        yield Burden(
            rule_id=rule.id,
            witness=tuple(ground.space.listed(ground.witnesses.of_rule(index) or {})),
            closes_when_fired=round(fired.bit_count() / count, 3),
            closes_when_missing=round((fired if fires_on_absence else unsure).bit_count() / count, 3),
        )


def as_json(proof: Proof) -> dict[str, Any]:
    """The proof as it is published, in plain values."""
    return {
        "release": proof.release,
        "sha256": proof.sha256,
        "holds": proof.holds,
        "claims": [
            {
                "id": claim.id,
                "statement": claim.statement,
                "holds": claim.holds,
                "cases": claim.cases,
                "exhaustive": claim.exhaustive,
                "against": list(claim.against),
            }
            for claim in proof.claims
        ],
        "burdens": [
            {
                "rule_id": burden.rule_id,
                "closes_when_fired": burden.closes_when_fired,
                "closes_when_missing": burden.closes_when_missing,
                "witness": [dict(fact) for fact in burden.witness],
            }
            for burden in proof.burdens
        ],
    }
