"""The strip drawn by matplotlib as SVG: panels one below the other on the same days."""

import io
from collections.abc import Callable, Iterator
from functools import cache
from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from api.adherence.charts import key, panels, vector
from api.adherence.charts.look import FAINT, INK
from api.adherence.charts.strip import DAY, Strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 700.0
"""All measures are points."""
_LEFT, _RIGHT, _TOP = 92.0, 14.0, 10.0
_POINTS_PER_INCH = 72
_STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "hatch.linewidth": 0.9,
    "xtick.color": INK,
    "ytick.color": INK,
    "svg.hashsalt": "surefoot",
}
_one_at_a_time = Lock()


class Panel(NamedTuple):
    """A part of the strip: how high it is, what stands below it, and what draws it."""

    height: float
    gap: float
    draw: Callable[["Axes", Strip], None]


def svg(strip: Strip, *, outlined: bool = False) -> str:
    """The strip as SVG, the same from the same strip.

    Args:
        strip: what is drawn.
        outlined: whether letters are shapes, for a reader that has no fonts.
    """
    with _one_at_a_time:  # settings of matplotlib are of the process
        matplotlib = _matplotlib()
        with matplotlib.rc_context({**_STYLE, "svg.fonttype": "path" if outlined else "none"}):
            drawn = io.BytesIO()
            _figure(strip).savefig(drawn, format="svg", metadata={"Date": None})
    return vector.cleaned(drawn.getvalue(), title=strip.title, described=strip.described)


@cache
def _matplotlib() -> ModuleType:
    """Imported where it is drawn: it takes longer to load than the rest of the service."""
    import matplotlib.figure  # noqa: PLC0415

    return matplotlib


def _figure(strip: Strip) -> "Figure":
    parts = list(_panels(strip))
    height = _TOP + sum(one.height + one.gap for one in parts)
    made = _matplotlib().figure.Figure(
        figsize=(WIDTH / _POINTS_PER_INCH, height / _POINTS_PER_INCH), dpi=_POINTS_PER_INCH
    )
    top = height - _TOP
    for one in parts:
        left, width = (0.0, WIDTH) if one.draw is key.draw else (_LEFT, WIDTH - _LEFT - _RIGHT)
        place = (left / WIDTH, (top - one.height) / height, width / WIDTH, one.height / height)
        axes = made.add_axes(place)
        axes.set_xlim(strip.first.toordinal(), (strip.last + DAY).toordinal())
        one.draw(axes, strip)
        top -= one.height + one.gap
    figure: Figure = made
    return figure


def _panels(strip: Strip) -> Iterator[Panel]:
    if strip.weeks:
        yield Panel(panels.LANE, 4, panels.revisions)
    if strip.pauses:
        yield Panel(panels.LANE, 4, panels.paused)
    yield Panel(panels.ROW * max(len(strip.rows), 1), 14, panels.bands)
    yield Panel(76, 14, panels.attendance)
    yield Panel(58, 12, panels.pain)
    yield Panel(panels.LANE * max(len(panels.levels(strip)), 1), 26, panels.triage)
    yield Panel(key.HEIGHT, 4, key.draw)
