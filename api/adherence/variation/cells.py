"""The cells of the report: who prescribed how much to whom alike, without small numbers. Pure."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, TypeVar
from uuid import UUID

from api.adherence.variation.proposed import Proposed, Quantity

Key = TypeVar("Key", bound=Hashable)

LEAST = 5
"""A cell of fewer patients is not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescribed:
    """A first prescription that is compared."""

    patient_id: UUID
    practitioner_id: UUID
    goals: tuple[str, ...]
    numbers: Mapping[Quantity, int | None]
    proposed: Proposed


def report(found: Collection[Prescribed]) -> dict[str, Any]:
    """The groups of patients alike, each with its signers, as plain data.

    Neither a cell of fewer than `LEAST` patients is shown, nor so many of the others that it could be
    computed from the total.
    """
    groups: dict[tuple[str, str, tuple[str, ...]], list[Prescribed]] = defaultdict(list)
    for one in found:
        groups[one.proposed.risk, one.proposed.fitness, one.goals].append(one)
    hidden = hide({key: _patients(members) for key, members in groups.items()})
    enough = len(_patients(found)) >= LEAST
    return {
        "prescriptions": len(found) if enough or not found else None,
        "items": [_group(key, groups[key], hidden=key in hidden) for key in sorted(groups)],
    }


def hide(cells: Mapping[Key, frozenset[UUID]], least: int = LEAST) -> frozenset[Key]:
    """The cells that are not shown.

    Those of too few patients; and while they are one alone, or of too few together, the smallest of the
    others, so that the difference between the total and what is shown is never one small cell.
    """
    hidden = {key for key, patients in cells.items() if len(patients) < least}
    shown = sorted((key for key in cells if key not in hidden), key=lambda key: (len(cells[key]), str(key)))
    while hidden and shown:
        together = frozenset[UUID]().union(*(cells[key] for key in hidden))
        if len(hidden) > 1 and len(together) >= least:
            break
        hidden.add(shown.pop(0))
    return frozenset(hidden)


def _group(
    key: tuple[str, str, tuple[str, ...]], members: Collection[Prescribed], *, hidden: bool
) -> dict[str, Any]:
    risk, fitness, goals = key
    by_signer: dict[UUID, list[Prescribed]] = defaultdict(list)
    for one in members:
        by_signer[one.practitioner_id].append(one)
    small = hide({signer: _patients(signed) for signer, signed in by_signer.items()})
    return {
        "risk": risk,
        "fitness": fitness,
        "goals": list(goals),
        **_cell(members, hidden=hidden),
        "signers": []
        if hidden
        else [
            {"practitioner_id": signer, **_cell(by_signer[signer], hidden=signer in small)}
            for signer in sorted(by_signer)
        ],
    }


def _cell(members: Collection[Prescribed], *, hidden: bool) -> dict[str, Any]:
    return {
        "suppressed": hidden,
        "prescriptions": None if hidden else len(members),
        "numbers": [] if hidden else [_number(quantity, members) for quantity in Quantity],
    }


def _number(quantity: Quantity, members: Iterable[Prescribed]) -> dict[str, Any]:
    """The middle of what was prescribed and of what would have been proposed, and the spread between them."""
    both = [
        (one.patient_id, prescribed, proposed)
        for one in members
        if (prescribed := one.numbers[quantity]) is not None
        and (proposed := one.proposed.numbers[quantity]) is not None
    ]
    if len({patient_id for patient_id, *_ in both}) < LEAST:
        return {"quantity": quantity, "prescribed_median": None, "proposed_median": None, "difference": None}
    lower, middle, upper = quantiles([now - then for _, now, then in both], n=4, method="inclusive")
    return {
        "quantity": quantity,
        "prescribed_median": median(now for _, now, _ in both),
        "proposed_median": median(then for *_, then in both),
        "difference": {"lower_quartile": lower, "median": middle, "upper_quartile": upper},
    }


def _patients(members: Iterable[Prescribed]) -> frozenset[UUID]:
    return frozenset(one.patient_id for one in members)
