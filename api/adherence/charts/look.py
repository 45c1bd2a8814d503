"""How the strip looks: every band and level by its own texture and letter, so that colour only helps.

The shades differ in grey as well. Nothing is red, and least of all silence: it is white with a dashed frame.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from api.clinical.adherence import Band
from api.clinical.reports import ReportLevel

INK, QUIET, FAINT, PAPER = "#1f2933", "#52606d", "#d9dfe5", "#ffffff"
DEEP, SOFT = "#2b6474", "#c3dadf"
PAIN, DOT = "#7a4a1e", "#c9b8a8"


class Look(NamedTuple):
    """How a cell looks.

    Attributes:
        letter: what stands in it.
        line: the style of its frame, as matplotlib names it.
    """

    letter: str
    face: str
    ink: str = INK
    hatch: str = ""
    hatched: str = INK
    frame: str = INK
    line: str = "-"


class Mark(NamedTuple):
    """How a level of triage is marked; markers as matplotlib names them."""

    letter: str
    marker: str
    filled: bool


BANDS: Mapping[Band, Look] = MappingProxyType(
    {
        Band.MET: Look("M", DEEP, ink=PAPER, frame=DEEP),
        Band.PARTIAL: Look("P", "#c4dde3", hatch="////", hatched="#7fb0bc", frame=DEEP),
        Band.LOW: Look("L", "#efd5a6", hatch="xxxx", hatched="#a5772c", frame="#8a6420"),
        Band.NOT_REPORTED: Look("?", PAPER, frame=QUIET, line="--"),
        Band.PAUSED: Look("II", "#e6e9ed", hatch="----", hatched="#aab3bd", frame="#7b8794"),
        Band.NOT_CLASSIFIED: Look("n", PAPER, hatch="|||", hatched="#c5ccd4", frame="#9aa5b1", line=":"),
    }
)
LEVELS: Mapping[ReportLevel, Mark] = MappingProxyType(
    {
        ReportLevel.WATCH: Mark("W", "^", filled=False),
        ReportLevel.REVIEW: Mark("R", "^", filled=True),
        ReportLevel.URGENT: Mark("U", "D", filled=True),
        ReportLevel.EMERGENCY: Mark("E", "X", filled=True),
    }
)
