"""The sections of a report: numbers as texts, each with the address of the sessions behind it."""

from collections.abc import Sequence

from api.adherence.charts import words
from api.adherence.charts.cells import Cell, Section, Table
from api.adherence.lists import Line
from api.adherence.numbers import Way, way
from api.adherence.pages import Page
from api.adherence.plans import Spell
from api.clinical.adherence import Numbers, tenths
from api.clinical.adherence_weeks import Week
from api.clinical.counted import EvidenceLevel
from api.clinical.fitt import Part
from api.clinical.knowledge import library
from api.clinical.opened import Behind
from api.clinical.plan_versions import PlannedLine

_DUE = (
    ("done", "Done", Behind.DONE),
    ("partly", "Partly", Behind.PARTLY),
    ("declared_missed", "Said to be missed", Behind.DECLARED_MISSED),
    ("excused", "Excused", Behind.EXCUSED),
    ("withheld", "Withheld", Behind.WITHHELD),
    ("unreported", "Not reported", None),
)


def figures(page: Page) -> list[tuple[str, Cell]]:
    """What matters most, all parts together."""
    total, address = page.numbers.total, _way(page, None)
    return [
        ("Attendance", _behind(words.span(total.lower, total.upper), address, Behind.ATTENDED)),
        ("Projected", _behind(words.percent(total.projected), address, Behind.REPORTED)),
        ("Reported", _behind(words.percent(total.coverage), address, Behind.REPORTED)),
        ("Triage", Cell(words.times(len(page.events), "report", "reports"), f"{_of(page)}/sessions")),
    ]


def parts(page: Page) -> Section:
    """One line a part of the plan."""
    head = ("Part", "Attendance", "Projected", "Completion", "Dose ratio", "Intensity", "Reported")
    return Section(
        title="By part of the plan",
        lead=(
            "Projected: what was done of what was reported.",
            "Completion: minutes done, of each week no more than planned.",
            "Dose ratio: all minutes; it may exceed 100 %.",
            "Intensity: sessions within their band of exertion.",
            "Each part counts its own sessions; one visit with two parts is two.",
        ),
        table=Table(
            caption="Attendance and dose, by part of the plan",
            head=head,
            widths=(1.3, 1.3, 1.3, 1, 1, 1, 1),
            rows=[_part(page, line, found) for line, found in _lines(page)],
            last_is_sum=True,
        ),
    )


def due(page: Page) -> Section:
    """What became of the sessions that were due."""
    head = ("Part", "Due", *(title for _, title, _ in _DUE), "Paused, not due")
    return Section(
        title="What became of the sessions",
        lead=(
            "Due is the sum of the columns after it, without what was paused.",
            "Behind “not reported” stands no session: nobody said anything.",
        ),
        table=Table(
            caption="Sessions due, by what became of them",
            head=head,
            widths=(1.4, 0.8, 0.8, 0.8, 1, 1, 1, 1, 1),
            rows=[_became(page, line, found) for line, found in _lines(page)],
            last_is_sum=True,
        ),
    )


def left_out(page: Page) -> Section:
    """Why sessions were left out; reasons that are findings first."""
    total, address = page.numbers.total, _way(page, None)
    finding = library.load().counting.findings
    ordered = sorted(
        total.reasons.items(), key=lambda pair: (pair[0] not in finding.reasons, -pair[1], pair[0])
    )
    if not ordered:
        return Section(title="Sessions left out", lead=("No session was said to be left out.",))
    rows = [
        (
            Cell(words.REASONS.get(reason, reason)),
            Cell(str(times), address(skip_reason=reason)),
            Cell("clinical finding" if reason in finding.reasons else ""),
        )
        for reason, times in ordered
    ]
    return Section(
        title="Sessions left out",
        finding=finding.says if total.findings else "",
        table=Table(
            caption="Reasons for sessions left out",
            head=("Reason", "Sessions", "What it is"),
            widths=(2, 1, 2),
            rows=rows,
        ),
    )


def over_doing(page: Page) -> Section:
    """What was more than planned."""
    sums, address = page.numbers.total.sums, _way(page, None)
    rows = [
        ("Found by triage to be more than planned", sums.over_dose, Behind.OVER_DOSE),
        (f"Exertion above its band, of {sums.rated} that can be held to it", sums.above_band, Behind.RATED),
        ("Beyond what was due in their week, or in a pause", sums.extra, Behind.EXTRA),
        ("Of these, in a medical pause or while locked", sums.during_pause, Behind.DURING_PAUSE),
        ("Activity outside the plan", sums.unplanned, Behind.UNPLANNED),
    ]
    return Section(
        title="More than planned",
        finding=library.load().counting.over_doing.says if sums.over_dose or sums.above_band else "",
        table=Table(
            caption="Sessions that were more than planned",
            head=("What", "Sessions"),
            widths=(3, 1),
            rows=[(Cell(name), _behind(str(count), address, to)) for name, count, to in rows],
        ),
    )


def evidence(page: Page) -> Section:
    """How attended sessions are known."""
    total, address = page.numbers.total, _way(page, None)
    rows = [
        (
            Cell(words.EVIDENCE[level]),
            Cell(str(total.by_evidence[level]), address(number=Behind.ATTENDED.value, evidence=level.value)),
        )
        for level in EvidenceLevel
    ]
    return Section(
        title="How it is known",
        lead=("What is only told is confirmed neither by a device nor by the clinic.",),
        table=Table(
            caption="Attended sessions, by evidence", head=("Evidence", "Sessions"), widths=(3, 1), rows=rows
        ),
    )


def triage(page: Page) -> Section:
    """What triage found in reports."""
    if not page.events:
        return Section(title="Triage", lead=("Triage found nothing in what was reported.",))
    rows = [
        (
            Cell(words.day(one.date), f"/v1/sessions/{one.session_id}"),
            Cell(words.LEVELS[one.level]),
            Cell(", ".join(one.rules)),
        )
        for one in page.events
    ]
    return Section(
        title="Triage",
        table=Table(
            caption="Reports that triage found worth a look",
            head=("Day", "Level", "Rules"),
            widths=(1, 1, 3),
            rows=rows,
        ),
    )


def plan(page: Page) -> Section | None:
    """What was in force."""
    shown = page.spells
    if not shown:
        return None
    return Section(
        title="The plan in these days",
        table=Table(
            caption="Revisions in force",
            head=("Revision", "Days", "A week asks for"),
            widths=(1, 2, 3),
            rows=[_revision(one) for one in shown],
        ),
    )


def weeks(page: Page) -> Section:
    """The strip in numbers."""
    return Section(
        title="Week by week",
        table=Table(
            caption="Every week of the chart",
            head=("Week", "Revision", "Called", "Attendance", "Projected", "Reported", "By part"),
            widths=(1.8, 0.8, 1, 1.3, 1.2, 0.9, 2),
            rows=[_week(page, one) for one in page.weeks],
        ),
    )


def _lines(page: Page) -> list[tuple[Part | None, Numbers]]:
    return [*page.numbers.lines.items(), (None, page.numbers.total)]


def _part(page: Page, line: Part | None, found: Numbers) -> Sequence[Cell]:
    address = _way(page, line)
    return (
        Cell(_name(line)),
        _behind(words.span(found.lower, found.upper), address, Behind.ATTENDED),
        _behind(words.percent(found.projected), address, Behind.REPORTED),
        _behind(words.percent(found.completion), address, Behind.MINUTES),
        _behind(words.percent(found.dose_ratio), address, Behind.MINUTES),
        _behind(words.percent(found.intensity), address, Behind.RATED),
        _behind(words.percent(found.coverage), address, Behind.REPORTED),
    )


def _became(page: Page, line: Part | None, found: Numbers) -> Sequence[Cell]:
    address = _way(page, line)
    shown = [(words.number(tenths(getattr(found.words, name))), to) for name, _, to in _DUE]
    return (
        Cell(_name(line)),
        Cell(words.number(tenths(found.words.due)), address()),
        *(Cell(text) if to is None else _behind(text, address, to) for text, to in shown),
        Cell(words.number(tenths(found.words.paused))),
    )


def _week(page: Page, week: Week) -> Sequence[Cell]:
    found = week.total.numbers
    address = way(page.patient_id, week.first, week.last, Line.ALL)
    called = (f"{words.PARTS[line]} {words.BANDS[one.band]}" for line, one in week.lines.items())
    return (
        Cell(words.days(week.first, week.last), address()),
        Cell(str(week.number), f"/v1/prescriptions/{week.prescription}"),
        Cell(words.BANDS[week.total.band]),
        _behind(words.span(found.lower, found.upper), address, Behind.ATTENDED),
        _behind(words.percent(found.projected), address, Behind.REPORTED),
        _behind(words.percent(found.coverage), address, Behind.REPORTED),
        Cell(", ".join(called)),
    )


def _revision(spell: Spell) -> Sequence[Cell]:
    signed = spell.signed
    ends = "until changed" if spell.last is None else f"to {words.day(spell.last)}"
    asked = "; ".join(_asks(line, one) for line, one in signed.lines.items())
    return (
        Cell(f"{signed.number} ({signed.sha256[:8]})", f"/v1/prescriptions/{signed.prescription_id}"),
        Cell(f"{words.day(spell.first)} {ends}"),
        Cell(asked or "nothing that is counted"),
    )


def _asks(line: Part, planned: PlannedLine) -> str:
    often = f"{words.PARTS[line]} {words.times(planned.per_week, 'session', 'sessions')}"
    return often if planned.seconds is None else f"{often} of {words.number(planned.seconds / 60)} min"


def _name(line: Part | None) -> str:
    return words.ALL if line is None else words.PARTS[line]


def _way(page: Page, line: Part | None) -> Way:
    return way(page.patient_id, page.first, page.last, Line.ALL if line is None else Line(line))


def _behind(text: str, address: Way, number: Behind) -> Cell:
    return Cell(text, address(number=number.value))


def _of(page: Page) -> str:
    return f"/v1/patients/{page.patient_id}"
