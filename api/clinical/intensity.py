"""Heart-rate range beside exertion, where one is allowed, and the limits that always win."""

from math import floor

from api.clinical.fitt import HeartRate, RateBasis
from api.clinical.limits import Limits, rule_why
from api.clinical.profile import Profile
from api.clinical.release import Release
from api.clinical.statements import Why


def heart_rate(
    release: Release, profile: Profile, limits: Limits, rpe_high: int
) -> tuple[HeartRate | None, tuple[Why, ...]]:
    """The range, its upper limit, or neither, with reasons.

    Source: INT, COL03

    Args:
        release: the knowledge.
        profile: the patient.
        limits: what the rules that fired do.
        rpe_high: upper target of the aerobic part, Borg 6-20; light work gets the range of light work.
    """
    table = release.dosing.heart_rate
    never_above, reasons = _never_above(release, profile)
    forbidding = [name for name in sorted(table.forbidden_by) if name in limits.fired]
    basis, peak = _peak(release, profile, forbidding)
    reasons = (*reasons, table.why, *(rule_why(limits.fired[name]) for name in forbidding))
    lower, upper = _range(release, profile, peak, rpe_high)
    if never_above is not None and upper is not None:
        upper = min(upper, never_above)
    if lower is None or upper is None or lower > upper:
        basis = lower = upper = None
    if basis is None and never_above is None:
        return None, reasons
    return HeartRate(basis=basis, lower=lower, upper=upper, never_above=never_above), reasons


def _never_above(release: Release, profile: Profile) -> tuple[int | None, tuple[Why, ...]]:
    bounds = [
        (int(profile.values[bound.fact]) - bound.margin, bound.why)
        for bound in release.dosing.heart_rate_limits
        if profile.values[bound.fact] is not None
    ]
    return min((limit for limit, _ in bounds), default=None), tuple(why for _, why in bounds)


def _peak(release: Release, profile: Profile, forbidding: list[str]) -> tuple[RateBasis | None, float | None]:
    """The peak to reckon from: measured where known, predicted where nothing forbids it."""
    table = release.dosing.heart_rate
    measured = profile.values["hr_peak_measured"]
    if set(forbidding) - table.measured_allowed_by:
        return None, None
    if measured is not None:
        return RateBasis.MEASURED, measured
    age = profile.values["age_years"]
    if forbidding or age is None:
        return None, None
    return RateBasis.PREDICTED, table.peak_at_birth - table.peak_lost_a_year * age


def _range(
    release: Release, profile: Profile, peak: float | None, rpe_high: int
) -> tuple[int | None, int | None]:
    table = release.dosing.heart_rate
    resting = profile.values["resting_hr"]
    if peak is None or resting is None or peak <= resting:
        return None, None
    percents = table.light_percent if rpe_high <= table.light_up_to_rpe else table.moderate_percent
    lower, upper = (floor(resting + percent / 100 * (peak - resting) + 0.5) for percent in percents)
    return lower, upper
