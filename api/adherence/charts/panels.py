"""The panels of the strip; every one has the days as its x axis."""

from datetime import date
from typing import TYPE_CHECKING

from api.adherence.charts import ground, words
from api.adherence.charts.look import BANDS, DEEP, DOT, FAINT, INK, LEVELS, PAIN, PAPER, QUIET, SOFT, Look
from api.adherence.charts.strip import DAY, Strip, of_week
from api.clinical.adherence import Band
from api.clinical.adherence_weeks import Week
from api.clinical.plan_versions import Pause
from api.clinical.reports import ReportLevel

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROW, LANE = 21.0, 16.0
"""Points that a row and a lane are high."""
_MOST_LETTERS = 27
"""Weeks in whose cells a letter has room."""
_SHORT = 3
"""Days of a week that a letter needs."""
_LETTER = 0.0075
"""A letter's share of the width of all days."""


def bands(axes: "Axes", strip: Strip) -> None:
    """What each part of the plan is called, week by week; all parts together last."""
    ground.bare(axes)
    axes.set_ylim(max(len(strip.rows), 1), 0)
    if not strip.rows:
        ground.label(axes, "Plan", 0.5)
        absent = words.ABSENT.get(strip.absent) if strip.absent else None
        ground.blank(axes, absent or "No week of a plan lies in these days.")
        return
    for place, line in enumerate(strip.rows):
        name, weight = (words.ALL, "bold") if line is None else (words.PARTS[line], "normal")
        ground.label(axes, name, place + 0.5, weight=weight)
        for number, week in enumerate(strip.weeks):
            one = of_week(week, line)
            if one is not None:
                lettered = len(strip.weeks) <= _MOST_LETTERS and (week.last - week.first).days + 1 >= _SHORT
                cell(axes, _box(week, place), BANDS[one.band], lettered=lettered)
                axes.patches[-1].set_gid(f"cell-{line or 'all'}-{number}-{one.band}")
    if len(strip.rows) > 1:
        axes.axhline(len(strip.rows) - 1, color=QUIET, linewidth=0.8)


def cell(axes: "Axes", box: tuple[float, float, float, float], look: Look, *, lettered: bool = True) -> None:
    """A cell: left, top, width and height in data; its letter in its middle."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    left, top, width, height = box
    if lettered:
        axes.text(
            left + width / 2,
            top + height / 2,
            look.letter,
            color=look.ink,
            ha="center",
            va="center_baseline",
            weight="bold",
            fontsize=8.5,
            zorder=4,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": look.face, "edgecolor": "none"},
        )
    axes.add_patch(
        Rectangle(
            (left, top),
            width,
            height,
            facecolor=look.face,
            edgecolor=look.frame,
            hatch=look.hatch or None,
            hatchcolor=look.hatched,
            linestyle=look.line,
            linewidth=0.9,
            zorder=2,
        )
    )


def revisions(axes: "Axes", strip: Strip) -> None:
    """Which revision of the plan was in force from when on."""
    ground.bare(axes)
    axes.set_ylim(1, 0)
    ground.label(axes, "Revision", 0.5)
    for day, number in [(strip.weeks[0].first, strip.weeks[0].number), *strip.begun]:
        axes.axvline(day.toordinal(), color=INK, linewidth=1.4, zorder=3)
        axes.annotate(
            str(number),
            (day.toordinal(), 0.5),
            xytext=(4, 0),
            textcoords="offset points",
            va="center_baseline",
            weight="bold",
        )


def paused(axes: "Axes", strip: Strip) -> None:
    """When all or part of the plan was paused, and why; a word stands where it has room."""
    ground.bare(axes)
    axes.set_ylim(1, 0)
    ground.label(axes, "Paused", 0.5)
    look, free = BANDS[Band.PAUSED], 0.0
    for pause in strip.pauses:
        first, last = _clipped(strip, pause)
        axes.barh(
            0.5, last - first, 0.76, first, color=look.face, edgecolor=look.frame, linewidth=0.8, zorder=2
        )
        text = f"{pause.kind}, in part" if pause.lines else str(pause.kind)
        needed = len(text) * _LETTER * (axes.get_xlim()[1] - axes.get_xlim()[0])
        if first >= free and last - first >= needed:
            axes.text((first + last) / 2, 0.5, text, ha="center", va="center_baseline", fontsize=7, zorder=3)
            free = (first + last + needed) / 2


def attendance(axes: "Axes", strip: Strip) -> None:
    """Attendance of all parts: from what is known to what is possible, and what is projected."""
    ground.scale(axes, strip, 100, (0, 50, 100))
    ground.label(axes, "Attendance", 50, below="% of sessions due")
    axes.axhline(strip.met_percent, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    for week in strip.weeks:
        found = week.total.numbers
        if found.lower.percent is None or found.upper.percent is None:
            continue
        middle, half = _middle(week.first, week.last), (week.last - week.first).days * 0.28 + 0.28
        axes.fill_between(
            [middle - half, middle + half],
            found.lower.percent,
            found.upper.percent,
            facecolor=SOFT,
            edgecolor=DEEP,
            linewidth=1.2,
            zorder=2,
        )
        if found.projected.percent is not None:
            axes.plot(middle, found.projected.percent, "o", color=DEEP, markeredgecolor=PAPER, zorder=3)
    if not strip.weeks:
        ground.blank(axes, "No attendance to show.")


def pain(axes: "Axes", strip: Strip) -> None:
    """Pain before sessions, and its median week by week; a week without a report is a gap."""
    ground.scale(axes, strip, 10, (0, 5, 10))
    ground.label(axes, "Pain before", 5, below="0 to 10, median")
    days = [one.day.toordinal() + 0.5 for one in strip.pain]
    axes.plot(days, [one.value for one in strip.pain], "o", color=DOT, markersize=2.4, zorder=2)
    across: list[float] = []
    values: list[float] = []
    before = None
    for first, last, value in strip.usual:
        if before is not None and first - before > DAY:
            across.append(across[-1])
            values.append(float("nan"))
        across.append(_middle(first, last))
        values.append(value)
        before = last
    axes.plot(across, values, "-s", color=PAIN, markersize=3.6, linewidth=1.5, zorder=3)
    if not strip.usual:
        ground.blank(axes, "Nobody reported pain before a session, high or low.")


def levels(strip: Strip) -> list[ReportLevel]:
    """The levels that occur, the highest first."""
    found = {one.level for one in strip.events}
    return [level for level in reversed(tuple(LEVELS)) if level in found]


def triage(axes: "Axes", strip: Strip) -> None:
    """What triage found in reports, each level in a lane of its own."""
    ground.bare(axes)
    lanes = levels(strip)
    axes.set_ylim(max(len(lanes), 1), 0)
    ground.dated(axes, strip)
    if not lanes:
        ground.label(axes, "Triage", 0.5)
        ground.blank(axes, "Nothing in what was reported.")
    for place, level in enumerate(lanes):
        ground.label(axes, words.LEVELS[level].capitalize(), place + 0.5)
        axes.axhline(place + 0.5, color=FAINT, linewidth=0.6, zorder=1)
        for day in sorted({one.date for one in strip.events if one.level is level}):
            mark(axes, day.toordinal() + 0.5, place + 0.5, level)
            axes.lines[-1].set_gid(f"mark-{level}-{day}")


def mark(axes: "Axes", across: float, down: float, level: ReportLevel) -> None:
    """The mark of a level, with its letter."""
    look = LEVELS[level]
    axes.plot(
        across,
        down,
        look.marker,
        markersize=6.5,
        markerfacecolor=INK if look.filled else PAPER,
        markeredgecolor=INK,
        markeredgewidth=0.9,
        zorder=3,
    )
    axes.annotate(
        look.letter,
        (across, down),
        xytext=(5.5, 0),
        textcoords="offset points",
        va="center_baseline",
        fontsize=7,
        weight="bold",
    )


def _box(week: Week, place: int) -> tuple[float, float, float, float]:
    """The cell of a week: a hair of room around it."""
    days = (week.last - week.first).days + 1
    gap = min(0.35, days * 0.06)
    return week.first.toordinal() + gap / 2, place + 0.1, days - gap, 0.8


def _middle(first: date, last: date) -> float:
    return (first.toordinal() + last.toordinal() + 1) / 2


def _clipped(strip: Strip, pause: Pause) -> tuple[int, int]:
    last = strip.last if pause.last is None else min(pause.last, strip.last)
    return max(pause.first, strip.first).toordinal(), (last + DAY).toordinal()
