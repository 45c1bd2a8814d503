"""The measures, readable: what each is, when it is due, and which change counts."""

from typing import Any

from api.clinical.measures import OutcomeMeasure
from api.clinical.release import Release


def shown(measure: OutcomeMeasure) -> dict[str, Any]:
    """A measure as plain data."""
    return {
        "measure": measure.id,
        "title": measure.title,
        "says": measure.says,
        "unit": measure.unit,
        "better": measure.better,
        "range": {
            "least": measure.low,
            "most": measure.high,
            "whole": measure.whole,
            "words": list(measure.words),
            "of": sorted(measure.of),
        },
        "sides": measure.sides,
        "interval": _interval(measure),
        "change_that_counts": {
            "judged_by": measure.judged_by,
            "difference": measure.detectable,
            "difference_for_worse": measure.detectable_worse,
            "percent": measure.detectable_percent,
            "categories": [{"name": name, "from": start} for name, start in measure.categories.items()],
        },
        "licensed": measure.licensed,
        "citations": [one.id for one in measure.citations],
        "verification": measure.verification,
        "review_status": measure.review_status,
    }


def all_of(release: Release) -> dict[str, Any]:
    """Every measure of a release, in the order in which they are shown."""
    outcomes = release.outcomes
    return {
        "items": [shown(one) for one in outcomes.measures.values()],
        "next": None,
        "below_change": outcomes.below_change.says,
        "no_recovery": outcomes.no_recovery.says,
    }


def _interval(measure: OutcomeMeasure) -> dict[str, Any]:
    by_value = [
        {"value": value, "months": {"least": least, "most": measure.latest_months_by_value[value]}}
        for value, least in measure.months_by_value.items()
    ]
    return {
        "months": _span(measure.months),
        "weeks": _span(measure.weeks),
        "days": _span(measure.days),
        "by_value": by_value,
        "occasion": measure.occasion,
        "each_visit_from_risk": measure.visit_at_risk,
        "compared_after_weeks": measure.analysed_weeks,
    }


def _span(span: Any) -> dict[str, int] | None:
    return None if span is None else {"least": span[0], "most": span[1]}
