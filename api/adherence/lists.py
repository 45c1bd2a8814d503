"""Closed lists of adherence."""

from enum import StrEnum


class Line(StrEnum):
    """What adherence is counted of: one part of a prescription, or all parts together."""

    AEROBIC = "aerobic"
    RESISTANCE = "resistance"
    BALANCE = "balance"
    FLEXIBILITY = "flexibility"
    FOOT_ANKLE = "foot-ankle"
    ALL = "all"
    """Each part counts its own sessions: one visit with endurance and balance is two."""


class Period(StrEnum):
    """By what the numbers of a window are told apart."""

    WEEK = "week"
    REVISION = "revision"


class PanelOrder(StrEnum):
    """What comes first on the panel; who has no such number comes last."""

    LOWER = "lower"
    UPPER = "upper"
    PROJECTED = "projected"
    COVERAGE = "coverage"
    DAYS_SILENT = "days-silent"
    NAME = "name"


class PanelWeeks(StrEnum):
    """How many weeks the panel shows."""

    FOUR = "4"
    TWELVE = "12"
