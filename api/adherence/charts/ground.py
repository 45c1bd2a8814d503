"""What the panels stand on: days, scales, and labels."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from api.adherence.charts import words
from api.adherence.charts.look import FAINT, PAPER, QUIET
from api.adherence.charts.strip import WEEK, Strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MOST_DATES = 12
_WIDEST = 88.0
"""Points that the labels on the left have."""


def scale(axes: "Axes", strip: Strip, most: int, ticks: Sequence[int]) -> None:
    """An axis of values from 0, with its weeks; lines are drawn at once, ticks would cost a third of all."""
    bare(axes)
    axes.set_ylim(-most * 0.05, most * 1.05)
    axes.hlines(ticks, *axes.get_xlim(), color=FAINT, linewidth=0.6, zorder=1)
    for tick in ticks:
        beside(axes, str(tick), tick, -4, ha="right", fontsize=7.5)
    weekly(axes, strip)


def weekly(axes: "Axes", strip: Strip) -> list[date]:
    """Lines where weeks begin, and these days."""
    starts = sorted({week.first for week in strip.weeks}) or _sevens(strip)
    axes.vlines([day.toordinal() for day in starts], *axes.get_ylim(), color=FAINT, linewidth=0.6, zorder=1)
    return starts


def dated(axes: "Axes", strip: Strip) -> None:
    """The days on which weeks begin, below, as many as have room."""
    starts = weekly(axes, strip)
    shown = starts[:: -(-len(starts) // _MOST_DATES)]
    for before, day in zip([None, *shown], shown, strict=False):
        axes.annotate(
            _date(day, before),
            (day.toordinal(), 0),
            xycoords=("data", "axes fraction"),
            xytext=(0, -4),
            textcoords="offset points",
            va="top",
            fontsize=7.5,
        )


def _sevens(strip: Strip) -> list[date]:
    return [strip.first + place * WEEK for place in range((strip.last - strip.first).days // 7 + 1)]


def _date(day: date, before: date | None) -> str:
    """A day, with its year where that is another one."""
    if before is not None and before.year == day.year:
        return words.short_day(day)
    return f"{words.short_day(day)}\n{day.year}"


def bare(axes: "Axes") -> None:
    """Without lines and ticks of its own."""
    axes.spines[:].set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])


def label(axes: "Axes", text: str, at: float, *, weight: str = "normal", below: str = "") -> None:
    """What stands left of a row."""
    beside(axes, text, at, -_WIDEST, up=5 if below else 0, weight=weight)
    if below:
        beside(axes, below, at, -_WIDEST, up=-6, fontsize=6.5, color=QUIET)


def beside(axes: "Axes", text: str, at: float, across: float, *, up: float = 0, **look: Any) -> None:
    """A text left of the days, so many points from them."""
    axes.annotate(
        text,
        (0, at),
        xycoords=("axes fraction", "data"),
        xytext=(across, up),
        textcoords="offset points",
        va="center_baseline",
        **look,
    )


def blank(axes: "Axes", text: str) -> None:
    """A panel with nothing in it says why."""
    axes.text(
        0.5,
        0.5,
        text,
        transform=axes.transAxes,
        ha="center",
        va="center_baseline",
        color=QUIET,
        zorder=5,
        bbox={"boxstyle": "round,pad=0.4", "facecolor": PAPER, "edgecolor": "none"},
    )
