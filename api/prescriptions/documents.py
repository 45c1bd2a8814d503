"""What is signed: a document as plain JSON data, its hash over canonical JSON, and what a new one changes."""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

import rfc8785

from api.clinical import fitt
from api.database.json_columns import as_json

Document = dict[str, Any]

_READ: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "frame": lambda data: fitt.Frame(**data),
    "aerobic": lambda data: fitt.Aerobic(**data),
    "resistance": lambda data: fitt.Resistance(**data),
    "balance": lambda data: fitt.Balance(**data),
    "flexibility": lambda data: fitt.Flexibility(**data),
    "foot_ankle": lambda data: fitt.FootAnkle(**data),
    "foot_cap": lambda data: fitt.FootCap(**data),
    "steps": lambda data: fitt.Steps(**{**data, "raised_on": day(data["raised_on"])}),
    "heart_rate": lambda data: fitt.HeartRate(**{**data, "basis": _basis(data["basis"])}),
}
_COUNTS_APART = frozenset({"revision", "reason"})
"""Members of a document in which every two revisions differ."""


class ProgressionMode(StrEnum):
    """Who moves a dose on."""

    PROPOSED = "proposed"
    AUTOMATIC = "automatic"


class AppliedBy(StrEnum):
    """Who made a revision count."""

    PRACTITIONER = "practitioner"
    ENGINE = "engine"


def document(prescription_id: UUID, patient_id: UUID, revision: int, content: Mapping[str, Any]) -> Document:
    """The whole of what a practitioner signs, as JSON has it.

    Args:
        prescription_id: which; part of what is signed, so that no signature fits another prescription.
        patient_id: whose.
        revision: its number, from 1.
        content: what is prescribed, as `schemas` loads it.
    """
    whole = {
        "prescription_id": prescription_id,
        "patient_id": patient_id,
        "revision": revision,
        **content,
    }
    data: Document = as_json(whole)
    return data


def canonical(written: Mapping[str, Any]) -> bytes:
    """The canonical form of a document (RFC 8785)."""
    return rfc8785.dumps(dict(written))


def sha256(written: Mapping[str, Any]) -> str:
    """The hash that a signature names: SHA-256 of the canonical form, in hexadecimal."""
    return hashlib.sha256(canonical(written)).hexdigest()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a document changes in the one before: a JSON pointer with both values; null where there is none.

    Lists are compared whole: the order of exercises and of what is said about them is part of the document.
    """
    kept, new = ({name: one[name] for name in one if name not in _COUNTS_APART} for one in (before, after))
    return list(_changes(kept, new, ""))


def exercise_ids(written: Mapping[str, Any]) -> list[str]:
    """Every exercise that a document prescribes, in order."""
    return [item["exercise_id"] for item in written["items"]]


def dosed_parts(doses: fitt.Doses) -> frozenset[fitt.Part]:
    """The parts that have a dose, and chores, which never have one of their own."""
    given = {
        fitt.Part.AEROBIC: doses.aerobic,
        fitt.Part.RESISTANCE: doses.resistance,
        fitt.Part.BALANCE: doses.balance,
        fitt.Part.FLEXIBILITY: doses.flexibility,
        fitt.Part.FOOT_ANKLE: doses.foot_ankle,
    }
    return frozenset(part for part, dose in given.items() if dose is not None) | {fitt.Part.FUNCTIONAL}


def doses_of(written: Mapping[str, Any]) -> fitt.Doses:
    """The doses that a document says, as the medicine reads them."""
    said = written["doses"]
    parts: dict[str, Any] = {
        name: None if said[name] is None else read(said[name]) for name, read in _READ.items()
    }
    return fitt.Doses(**parts)


def automatic(written: Mapping[str, Any]) -> bool:
    """Whether the dose goes on by itself, within what the document says."""
    return bool(written["progression"]["mode"] == ProgressionMode.AUTOMATIC)


def begins(written: Mapping[str, Any], signed_on: date) -> date:
    """The day from which a document counts: the one that it names, else the day of the signature."""
    return day(written["effective_from"]) or signed_on


def _changes(before: Any, after: Any, pointer: str) -> Iterator[dict[str, Any]]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _changes(before.get(name), after.get(name), f"{pointer}/{name}")
    elif before != after:
        yield {"pointer": pointer, "before": before, "after": after}


def day(text: str | None) -> date | None:
    """A day that a document names; none where it names none."""
    return None if text is None else date.fromisoformat(text)


def _basis(text: str | None) -> fitt.RateBasis | None:
    return None if text is None else fitt.RateBasis(text)
