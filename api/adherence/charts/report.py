"""The values of the clinician's report: plain texts and addresses; the page and the PDF show the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from api.adherence.charts import tables, words
from api.adherence.charts.cells import Cell, Section
from api.adherence.charts.measured import outcomes
from api.adherence.charts.queries import Found, Named
from api.adherence.charts.strip import Strip
from api.adherence.pages import Page
from api.clinical.knowledge import library
from api.clinical.vocabulary import ReviewStatus

_REVIEW = {
    ReviewStatus.AWAITING: "The rules behind these numbers come from published sources and from decisions of "
    "design; no clinician has reviewed them yet.",
    ReviewStatus.REVIEWED: "Clinicians have reviewed the rules behind these numbers.",
}
_LEADS = (
    "At the lower end of attendance a session that nobody reported counts as missed, at the upper as done.",
    "Not reported is not the same as not done: nobody said anything, and that is all that is known.",
    "Each number leads to the sessions behind it, at addresses of this service that need the reader's token.",
)
_SAID = ("attendance", "projected", "withheld", "pausing", "unplanned", "bands")


class Given(NamedTuple):
    """What a report is made of."""

    page: Page
    strip: Strip
    patient: Found
    named: Named
    outcomes: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole of a report.

    Attributes:
        about: labels with their values.
        absent: why there is no number at all; empty where there is one.
        figures: what matters most: labels, values, and what stands behind them.
        footer: what stands below every printed page.
    """

    title: str
    name: str
    clinic: str
    about: Sequence[tuple[str, str]]
    absent: str
    figures: Sequence[tuple[str, Cell]]
    strip_title: str
    described: str
    sections: Sequence[Section]
    notes: Sequence[str]
    review: str
    footer: str


def report(given: Given) -> Report:
    """The report of a patient's adherence."""
    page, strip = given.page, given.strip
    name = " ".join([*given.patient.given, given.patient.family or ""]).strip()
    return Report(
        title="Adherence report",
        name=name or "Name not on file",
        clinic=given.named.clinic,
        about=_about(given),
        absent="" if page.absent is None else words.ABSENT.get(page.absent, words.NO_NUMBER[page.absent]),
        figures=tables.figures(page),
        strip_title=strip.title,
        described=strip.described,
        sections=tuple(one for one in _sections(given) if one is not None),
        notes=[*_LEADS, *_notes()],
        review=_REVIEW[_review_status()],
        footer=f"{given.named.clinic} · {name or page.patient_id} · {words.days(page.first, page.last)}",
    )


def _about(given: Given) -> list[tuple[str, str]]:
    page, patient = given.page, given.patient
    born = "not on file" if patient.birth_date is None else words.day(patient.birth_date)
    contact = "never" if page.last_contact is None else words.day(page.last_contact)
    silent = "" if page.days_silent is None else f" ({words.times(page.days_silent, 'day', 'days')} ago)"
    return [
        ("Born", born),
        *((f"Identifier, {one['system']}", one["value"]) for one in patient.identifiers),
        ("Patient", str(page.patient_id)),
        ("Days shown", words.days(page.first, page.last)),
        ("Last contact", f"{contact}{silent}"),
        ("Prescription signed by", given.named.signer or "nobody yet"),
        ("Made on", words.day(page.today)),
    ]


def _sections(given: Given) -> list[Section | None]:
    page = given.page
    measured = outcomes(page, given.outcomes)
    if page.absent is not None:
        return [tables.triage(page), measured]
    return [
        tables.parts(page),
        tables.due(page),
        tables.left_out(page),
        tables.over_doing(page),
        tables.evidence(page),
        tables.triage(page),
        measured,
        tables.plan(page),
        tables.weeks(page),
    ]


def _notes() -> list[str]:
    counting = library.load().counting
    said = [getattr(counting, name) for name in _SAID]
    return [f"{one.says} ({one.verification})" for one in said]


def _review_status() -> ReviewStatus:
    """Reviewed only where the counting, the triage and the measures are."""
    release = library.load()
    all_of = {one.review_status for one in (release.counting, release.triaging, release.outcomes)}
    return ReviewStatus.REVIEWED if all_of == {ReviewStatus.REVIEWED} else ReviewStatus.AWAITING
