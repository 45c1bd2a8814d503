"""What the marks of the strip mean, below it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.adherence.charts import panels, words
from api.adherence.charts.look import BANDS, DEEP, LEVELS, PAIN, PAPER, QUIET, SOFT
from api.adherence.charts.strip import Strip

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HEIGHT = 64.0
_WIDTH = 700.0
_BANDS_AT = (4.0, 90.0, 190.0, 270.0, 400.0, 490.0)
_REST_AT = (4.0, 190.0, 400.0, 560.0)
_LEVELS_AT = (4.0, 90.0, 190.0, 270.0)
_ROWS = (10.0, 31.0, 52.0)


def draw(axes: "Axes", strip: Strip) -> None:
    """Three rows: bands, lines, levels; x and y are points here."""
    axes.set_axis_off()
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(HEIGHT, 0)
    for across, (band, look) in zip(_BANDS_AT, BANDS.items(), strict=True):
        panels.cell(axes, (across, _ROWS[0] - 7, 22, 14), look)
        axes.patches[-1].set_gid(f"key-{band}")
        _say(axes, across + 27, _ROWS[0], words.BANDS[band])
    _lines(axes, strip.met_percent)
    for across, level in zip(_LEVELS_AT, LEVELS, strict=True):
        panels.mark(axes, across + 8, _ROWS[2], level)
        _say(axes, across + 27, _ROWS[2], words.LEVELS[level])
    _say(axes, 400, _ROWS[2], "Not reported is not the same as not done.")


def _lines(axes: "Axes", met_percent: int) -> None:
    down, (span, projected, line, pain) = _ROWS[1], _REST_AT
    axes.fill_between([span, span + 22], down - 4, down + 4, facecolor=SOFT, edgecolor=DEEP, linewidth=1.2)
    _say(axes, span + 27, down, "range, least to most done")
    axes.plot(projected + 11, down, "o", color=DEEP, markeredgecolor=PAPER)
    _say(axes, projected + 27, down, "projected from what was reported")
    _stroke(axes, (line, line + 22), down, color=QUIET, linewidth=0.9, dashes=(4, 3))
    _say(axes, line + 27, down, f"{met_percent} %, a convention")
    _stroke(axes, (pain, pain + 22), down, color=PAIN, linewidth=1.5)
    axes.plot(pain + 11, down, "s", color=PAIN, markersize=3.6)
    _say(axes, pain + 27, down, "median pain")


def _stroke(
    axes: "Axes",
    across: Sequence[float],
    down: float,
    *,
    color: str,
    linewidth: float,
    dashes: tuple[float, float] | None = None,
) -> None:
    style = "-" if dashes is None else (0, dashes)
    axes.plot(across, [down, down], color=color, linewidth=linewidth, linestyle=style)


def _say(axes: "Axes", across: float, down: float, text: str) -> None:
    axes.text(across, down, text, fontsize=7.5, va="center_baseline")
