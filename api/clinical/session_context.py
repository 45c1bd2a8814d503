"""What was known of a patient and a plan when a session was done, and all that triage reads of a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from api.clinical.criteria import Among, And, Has, holds
from api.clinical.fitt import Doses, RpeScale
from api.clinical.release import Release
from api.clinical.session import SessionReport
from api.clinical.session_fields import FIELDS, Tern
from api.clinical.trends import Past, painful_of_last
from api.clinical.triaging import CONTEXT

_ANTICOAGULANT = Has("medications", frozenset({"anticoagulant"}))
_LOPS_AND_PAD = And((Among("lops_any", frozenset({"yes"})), Among("pad_any", frozenset({"yes"}))))
_OF_PATIENT = tuple(name for name, domain in CONTEXT.items() if domain.kind == "choice")
_of_patient = attrgetter(*_OF_PATIENT)
_TERNS = tuple(field.name for field in FIELDS if field.choices is Tern)
_NO_TIMES: Mapping[str, datetime] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What was known of the patient and of the plan at the time of a session; None is unknown.

    Attributes:
        lops_and_pad: loss of protective sensation together with arterial disease.
        iwgdf_1: IWGDF risk 1 or more; unknown reads as yes.
        rpe_high: upper target of exertion, Borg 6-20.
        steps_at_most: ceiling of steps a day.
        settled: when a clinician closed a finding or a trend last, by its id; repeats are counted from then.
    """

    on_anticoagulant: str | None = None
    foot_at_risk: str | None = None
    autonomic: str | None = None
    insulin_or_secretagogue: str | None = None
    lops_and_pad: str | None = None
    diabetes_10_years: str | None = None
    iwgdf_1: str | None = None
    intensity_planned: str | None = None
    rpe_high: int | None = None
    steps_at_most: int | None = None
    settled: Mapping[str, datetime] = field(default_factory=lambda: _NO_TIMES)


def context(
    release: Release,
    values: Mapping[str, Any],
    doses: Doses | None,
    *,
    settled: Mapping[str, datetime] = _NO_TIMES,
) -> Context:
    """The context from the facts of a patient and the doses in force.

    Args:
        release: the knowledge.
        values: the table of facts at the time of the session (`profile.values`).
        doses: of the plan that was acted on; None for an unplanned session.
        settled: when a clinician closed a finding or a trend last, by its id.
    """
    years, risk = values.get("diabetes_duration_years"), values.get("iwgdf_risk")
    aerobic = None if doses is None else doses.aerobic
    steps = None if doses is None else doses.steps
    return Context(
        on_anticoagulant=_yes_no(holds(_ANTICOAGULANT, values)),
        foot_at_risk=values.get("foot_at_risk"),
        autonomic=values.get("autonomic"),
        insulin_or_secretagogue=values.get("insulin_or_secretagogue"),
        lops_and_pad=_yes_no(holds(_LOPS_AND_PAD, values)),
        diabetes_10_years=None if years is None else _yes_no(years >= 10),
        iwgdf_1=None if risk is None else _yes_no(risk != "0"),
        intensity_planned=None if aerobic is None else release.dosing.exertion.band(aerobic.rpe_high),
        rpe_high=None if aerobic is None else aerobic.rpe_high,
        steps_at_most=None if steps is None or steps.baseline is None else steps.baseline + steps.ceiling,
        settled=settled,
    )


def _yes_no(truth: bool | None) -> str | None:  # noqa: FBT001 - it is the value itself
    return None if truth is None else "yes" if truth else "no"


def readings(
    release: Release, report: SessionReport, known: Context, earlier: Sequence[Past]
) -> dict[str, Any]:
    """Every value that a condition of triage reads; None is unknown."""
    tables = release.triaging
    values: dict[str, Any] = dict(zip(tables.fields_read, tables.read_fields(report), strict=True))
    for name in _TERNS:
        if values.get(name) is Tern.UNKNOWN:
            values[name] = None
    values["symptoms"] = report.symptoms or None
    values["glucose_min"] = report.lowest_glucose
    for name, told in zip(_OF_PATIENT, _of_patient(known), strict=True):
        values[name] = told or tables.assumed.values.get(name)
    values["rpe_over_target"] = _over_target(release, report, known)
    values["pain_over_2h_in_last_3"] = painful_of_last(release.pacing, report, earlier)
    return values


def _over_target(release: Release, report: SessionReport, known: Context) -> int | None:
    if report.rpe is None or known.rpe_high is None:
        return None
    if report.rpe_scale is RpeScale.BORG:
        return report.rpe - known.rpe_high
    return report.rpe - release.dosing.exertion.on_0_10(known.rpe_high)
