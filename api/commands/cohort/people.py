"""Who the people of a simulated cohort are, and what is known of each: enough that a dose can follow."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

from api.commands.demo_patients import WELL

SYSTEM = "https://demo.example/cohorts"

_GIVEN = {
    "female": (
        "Ada",
        "Agnes",
        "Carmen",
        "Ewa",
        "Fatima",
        "Greta",
        "Ines",
        "Joan",
        "Lucia",
        "Marta",
        "Nadia",
        "Ruth",
    ),
    "male": (
        "Aldo",
        "Bruno",
        "David",
        "Emil",
        "Frank",
        "Hugo",
        "Ivan",
        "Jorge",
        "Karim",
        "Luca",
        "Omar",
        "Paul",
    ),
}
_FAMILY = (
    *("Adler", "Amari", "Baker", "Bauer", "Castro", "Conti", "Costa", "Duarte", "Evans", "Ferri", "Fischer"),
    *("Gallo", "Garcia", "Horvat", "Ibrahim", "Jansen", "Keller", "Lopes", "Marino", "Moreau", "Nowak"),
    *("Okoye", "Petit", "Quinn", "Rossi", "Santos", "Silva", "Turner", "Vidal", "Weber", "Young", "Ziegler"),
)
_HOMES = {
    "it": "Europe/Rome",
    "en": "Europe/London",
    "pt": "Europe/Lisbon",
    "es": "Europe/Madrid",
    "de": "Europe/Berlin",
}

KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "sensation intact": {},
        "sensation lost": {
            "monofilament_insensate_left": {"value": 4, "method": "10 g monofilament"},
            "monofilament_insensate_right": {"value": 5, "method": "10 g monofilament"},
        },
        "two falls": {
            "screen_falls": None,
            "falls_12m": {"value": 2},
            "injurious_fall_12m": {"value": "no"},
            "feels_unsteady": {"value": "yes"},
            "tug_s": {"value": 13.4},
        },
        "a beta-blocker": {"medications": {"value": ["metformin", "beta-blocker"]}},
        "insulin": {
            "medications": {"value": ["insulin", "metformin"]},
            "diabetes_duration_years": {"value": 14},
        },
        "early autonomic neuropathy": {"can_status": {"value": "early"}},
        "high blood pressure": {
            "resting_sys": {"value": 164},
            "bp_supine_sys": {"value": 162},
            "bp_standing_sys": {"value": 158},
        },
        "trains already": {"evs_days_per_week": {"value": 5}, "evs_minutes_per_day": {"value": 25}},
    }
)
"""What differs from somebody of whom everything is well, by a few words; no value takes the fact away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Somebody to be registered.

    Attributes:
        kind: a few words on what is known.
        facts: in the form of the wire; of a programme alone, nothing of a day.
    """

    key: str
    details: Mapping[str, Any]
    kind: str
    facts: Mapping[str, Mapping[str, Any]]


def somebody(seed: int, number: int, first: date) -> Patient:
    """The person of this number of a cohort, who is between 58 and 79 on its first day."""
    chance = Random(f"person {seed}/{number}")  # noqa: S311 a simulation
    kind = list(KINDS)[number % len(KINDS)]
    sex = chance.choice(list(_GIVEN))
    language = chance.choice(list(_HOMES))
    details = {
        "family": chance.choice(_FAMILY),
        "given": [chance.choice(_GIVEN[sex])],
        "birth_date": first - timedelta(days=chance.randrange(58 * 366, 79 * 365)),
        "sex_for_reference": sex,
        "time_zone": _HOMES[language],
        "language": language,
    }
    own = {
        "evs_days_per_week": {"value": chance.choice([1, 2, 3, 4])},
        "tug_s": {"value": chance.choice([8.2, 9.0, 9.7])},
    }
    facts = {**WELL, **own, **KINDS[kind]}
    return Patient(
        key=f"{seed}/{number}",
        details=details,
        kind=kind,
        facts={name: told for name, told in facts.items() if told is not None},
    )
