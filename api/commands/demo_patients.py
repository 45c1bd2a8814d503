"""The two people of the demo clinic: of one nearly everything is known, and well; of the other little."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from api.database.work import Work
from api.patients.actions import record_facts, register
from api.patients.identifying import Identifier
from api.patients.observations.reading import as_sent, read
from api.patients.observations.recording import Intake

SYSTEM = "https://demo.example/patients"

Visit = tuple[timedelta, Mapping[str, Any]]
"""How long ago, and the facts that were told then, in the form of the wire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of the demo clinic."""

    identifier: Identifier
    details: Mapping[str, Any]
    story: str
    visits: Sequence[Visit]


SCREENS = (
    "screen_heart_symptoms",
    "screen_neuro_red_flags",
    "screen_heart_history",
    "screen_feet_today",
    "screen_foot_history",
    "screen_footwear",
    "screen_autonomic_symptoms",
    "screen_circulation",
    "screen_eyes",
    "screen_strength",
    "screen_falls",
    "screen_general",
    "screen_today",
)

WELL: Mapping[str, Any] = {
    **{name: {"value": "clear"} for name in SCREENS},
    "care_episode": {"value": "outpatient"},
    "supervision": {"value": "none"},
    "exercises_alone": {"value": "no"},
    "neuropathy_types": {"value": ["distal-symmetric"]},
    "neuropathy_cause": {"value": "diabetes"},
    "neuropathy_course": {"value": "stable"},
    "pain_nrs": {"value": 2},
    "monofilament_insensate_left": {"value": 0, "method": "10 g monofilament"},
    "monofilament_insensate_right": {"value": 0, "method": "10 g monofilament"},
    "abi_min": {"value": 1.08},
    "can_status": {"value": "none"},
    "orthostatic_method": {"value": "supine-stand"},
    "bp_supine_sys": {"value": 130},
    "bp_supine_dia": {"value": 78},
    "bp_standing_sys": {"value": 126},
    "bp_standing_dia": {"value": 76},
    "hr_supine": {"value": 68},
    "hr_standing": {"value": 79},
    "resting_sys": {"value": 128},
    "resting_dia": {"value": 77},
    "resting_hr": {"value": 68},
    "diabetes_type": {"value": "type2"},
    "diabetes_duration_years": {"value": 6},
    "hba1c_percent": {"value": 51, "unit": "mmol/mol", "source": "laboratory", "source_record_id": "L-20417"},
    "medications": {"value": ["metformin"]},
    "glucose_mg_dl": {"value": 7.4, "unit": "mmol/L"},
    "hypo_unawareness": {"value": "no"},
    "severe_hypo_last_24h": {"value": "no"},
    "egfr": {"value": 84, "source": "laboratory", "source_record_id": "L-20418"},
    "tug_s": {"value": 8.1},
    "chair_stand_30s": {"value": 15},
    "tandem_s": {"value": 10},
    "gait_aid": {"value": "none"},
    "evs_days_per_week": {"value": 3},
    "evs_minutes_per_day": {"value": 20},
    "weight_kg": {"value": 71, "unit": "kg"},
    "height_cm": {"value": 1.66, "unit": "m"},
}

PEOPLE = (
    Person(
        identifier=(SYSTEM, "1001"),
        details={
            "family": "Bianchi",
            "given": ["Elena"],
            "birth_date": date(1966, 5, 14),
            "sex_for_reference": "female",
            "time_zone": "Europe/Rome",
            "language": "it",
        },
        story="Type 2 diabetes for six years, sensation intact; every screen clear today.",
        visits=[(timedelta(minutes=10), WELL)],
    ),
    Person(
        identifier=(SYSTEM, "1002"),
        details={
            "family": "Okafor",
            "given": ["Samuel"],
            "birth_date": date(1951, 11, 2),
            "sex_for_reference": "male",
            "time_zone": "Europe/London",
            "language": "en",
        },
        story="Sensation lost, an ulcer of the left foot two years ago; little else is known.",
        visits=[
            (
                timedelta(days=730),
                {
                    "foot_ulcer_left": {"value": "active", "source": "podiatry"},
                    "ulcer_site_left": {"value": "plantar", "source": "podiatry"},
                },
            ),
            (timedelta(days=600), {"foot_ulcer_left": {"value": "none", "source": "podiatry"}}),
            (
                timedelta(days=2),
                {
                    "foot_ulcer_left": {"value": "none", "source": "podiatry"},
                    "foot_ulcer_right": {"value": "none", "source": "podiatry"},
                    "monofilament_insensate_left": {"value": 6, "source": "podiatry"},
                    "monofilament_insensate_right": {"value": 5, "source": "podiatry"},
                    "diabetes_type": {"value": "type2"},
                    "medications": {"value": ["insulin", "metformin"]},
                    "screen_heart_symptoms": {"value": "clear"},
                    "screen_neuro_red_flags": {"value": "clear"},
                    "falls_12m": {"value": 1},
                },
            ),
        ],
    ),
)


def make(work: Work) -> list[dict[str, str]]:
    """Register the people and tell what is known of them; what the credentials file says of each."""
    made = []
    for person in PEOPLE:
        patient_id = register(work, person.details, [person.identifier])
        for ago, facts in person.visits:
            record_facts(work, patient_id, _intake(facts, work.moment - ago, work.moment))
        made.append({"id": str(patient_id), "story": person.story})
    return made


def _intake(facts: Mapping[str, Any], observed_at: datetime, moment: datetime) -> Intake:
    observations, faults = read({"observed_at": observed_at.isoformat(), "facts": facts}, moment)
    assert not faults, faults
    return Intake(observations=observations, sent=list(as_sent(facts)))
