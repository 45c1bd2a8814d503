"""What the reports of a day count as: one word for each session, however often it was reported."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from api.clinical.counting import Counting
from api.clinical.errors import ValueRefused
from api.clinical.fitt import Part, RpeScale
from api.clinical.plan_versions import PlannedLine, PlanVersion
from api.clinical.reports import SessionStatus


class EvidenceLevel(StrEnum):
    """How a session is known of, best first."""

    IN_CLINIC = "in-clinic"
    DEVICE = "device"
    CAREGIVER = "caregiver"
    SELF_REPORT = "self-report"


class Word(StrEnum):
    """What one session of one line is."""

    DONE = "done"
    PARTLY = "partly"
    PARTLY_SHORT = "partly-short"
    DECLARED_MISSED = "declared-missed"
    EXCUSED = "excused"
    WITHHELD = "withheld"
    UNPLANNED = "unplanned"
    MOVEMENT = "movement"


ATTENDED = frozenset({Word.DONE, Word.PARTLY})
WORKED = ATTENDED | {Word.PARTLY_SHORT}
_SKIPPED = frozenset({Word.DECLARED_MISSED, Word.EXCUSED, Word.WITHHELD})
_KIND = {
    Word.DONE: 0,
    Word.PARTLY: 0,
    Word.PARTLY_SHORT: 1,
    Word.UNPLANNED: 2,
    Word.MOVEMENT: 3,
    Word.WITHHELD: 4,
    Word.EXCUSED: 5,
    Word.DECLARED_MISSED: 5,
}
"""Words of one kind compete for one session; a lower kind is merged first."""
_EVIDENCE = {level: rank for rank, level in enumerate(EvidenceLevel)}
_STATUS = {status: rank for rank, status in enumerate(SessionStatus)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One report, as adherence reads it; corrected ones as corrected, withdrawn ones not at all.

    Attributes:
        day: local date.
        began: aware moment.
        seconds: by line, None where it was not told; empty where the report names no line.
        total_seconds: of a report that names no line.
        mets: of activity outside the plan.
        withheld: a check before it refused it; only with `skipped`.
        over_dose: found to be more than planned, by whoever filed it.
        group: reports that are known to be of one session have one name here.
        contact: the local day on which it was heard of, where that was later.
    """

    id: str
    day: date
    began: datetime
    status: SessionStatus
    evidence: EvidenceLevel
    seconds: Mapping[Part, int | None] = field(default_factory=dict)
    total_seconds: int | None = None
    skip_reason: str | None = None
    rpe: int | None = None
    rpe_scale: RpeScale | None = None
    planned: bool = True
    mets: float | None = None
    withheld: bool = False
    over_dose: bool = False
    group: str | None = None
    contact: date | None = None

    def __post_init__(self) -> None:
        if self.began.tzinfo is None:
            raise ValueRefused("no-offset", "began needs an offset.")
        if (self.rpe is None) is not (self.rpe_scale is None):
            raise ValueRefused("incomplete", "rpe and rpe_scale stand together.")
        if self.withheld and self.status is not SessionStatus.SKIPPED:
            raise ValueRefused("contradiction", "A session that was withheld was not begun.")
        if Part.FUNCTIONAL in self.seconds:
            raise ValueRefused("no-such-line", "Chores have no line of their own; their time is aerobic.")

    @property
    def heard_of(self) -> date | None:
        """When somebody was in touch; a device alone is not a person."""
        return None if self.evidence is EvidenceLevel.DEVICE else self.contact or self.day


class Counted(NamedTuple):
    """One session of one line, with every report that tells of it.

    Attributes:
        session: the report that counts.
        seconds: None where no report tells.
        ids: of all reports, that of the one that counts first.
    """

    session: Session
    word: Word
    seconds: int | None
    rpe: int | None
    rpe_scale: RpeScale | None
    over_dose: bool
    ids: tuple[str, ...]


class Told(NamedTuple):
    """A report as it reads for one line."""

    session: Session
    word: Word
    seconds: int | None
    ids: tuple[str, ...]


def _rank(session: Session) -> tuple[int, int, datetime, str]:
    return _STATUS[session.status], _EVIDENCE[session.evidence], session.began, session.id


def one_of(reports: Sequence[Session]) -> Session:
    """Of reports of one session the one that counts: the most done, then the best known, then the first.

    What it does not tell is taken from the next that does.
    """
    if len(reports) == 1:
        return reports[0]
    best, *others = sorted(reports, key=_rank)
    for other in others:
        lines = {line: told for line, told in other.seconds.items() if best.seconds.get(line) is None}
        best = replace(
            best,
            seconds={**best.seconds, **lines} if other.status is not SessionStatus.SKIPPED else best.seconds,
            total_seconds=other.total_seconds if best.total_seconds is None else best.total_seconds,
            rpe=other.rpe if best.rpe is None else best.rpe,
            rpe_scale=other.rpe_scale if best.rpe is None else best.rpe_scale,
            over_dose=best.over_dose or other.over_dose,
        )
    return best


def linked(sessions: Iterable[Session]) -> list[tuple[Session, tuple[str, ...]]]:
    """Each session once with the ids of its reports, those of one group as one."""
    groups: dict[str, list[Session]] = {}
    found: list[tuple[Session, tuple[str, ...]]] = []
    for session in sessions:
        if session.group is None:
            found.append((session, (session.id,)))
        else:
            groups.setdefault(session.group, []).append(session)
    alike = groups.values()
    found += [(one_of(each), tuple(one.id for one in sorted(each, key=_rank))) for each in alike]
    return found


def told(
    tables: Counting, version: PlanVersion, session: Session, ids: tuple[str, ...]
) -> Iterator[tuple[Part, Told]]:
    """A report line by line, as far as the plan has the line; one that names none is of the leading line."""
    seconds = session.seconds
    if not seconds:
        leading = version.leading
        seconds = {} if leading is None else {leading: session.total_seconds}
    for line, length in seconds.items():
        planned = version.lines.get(line)
        if planned is not None:
            done = None if session.status is SessionStatus.SKIPPED else length
            yield line, Told(session, _word(tables, planned, session, done), done, ids)


def _word(tables: Counting, planned: PlannedLine, session: Session, seconds: int | None) -> Word:
    if not session.planned:
        hard = session.mets is not None and session.mets >= tables.unplanned.met_from
        return Word.UNPLANNED if hard and session.status is not SessionStatus.SKIPPED else Word.MOVEMENT
    if session.status is SessionStatus.DONE:
        return Word.DONE
    if session.status is SessionStatus.PARTIAL:
        known = seconds is not None and planned.seconds is not None
        enough = known and 100 * (seconds or 0) >= tables.partly.percent * (planned.seconds or 0)
        return Word.PARTLY if enough else Word.PARTLY_SHORT
    if session.withheld:
        return Word.WITHHELD
    return Word.EXCUSED if session.skip_reason in tables.excusing.reasons else Word.DECLARED_MISSED


def day_counted(tables: Counting, reports: Sequence[Told]) -> list[Counted]:
    """The sessions of one line on one day.

    Attended ones are merged first, so that a report can never make two of them one; then what is left is
    merged with them. What was done after all was neither missed nor withheld that day.

    Source: specification, adherence.
    """
    if len(reports) == 1:
        session, word, seconds, ids = reports[0]
        return [Counted(session, word, seconds, session.rpe, session.rpe_scale, session.over_dose, ids)]
    within = timedelta(minutes=tables.merged.minutes)
    ordered = sorted(reports, key=lambda one: (one.session.began, one.session.id))
    clusters: list[list[Told]] = []
    for words in (ATTENDED, {Word.PARTLY_SHORT}, {Word.UNPLANNED}, {Word.MOVEMENT}):
        _join(clusters, [one for one in ordered if one.word in words], within)
    skipped = [one for one in ordered if one.word in _SKIPPED]
    attended = [cluster for cluster in clusters if cluster[0].word in ATTENDED]
    if attended:
        attended[0] += skipped
    elif any(one.word is Word.WITHHELD for one in skipped):
        clusters.append(sorted(skipped, key=lambda one: one.word is not Word.WITHHELD))
    else:
        short = [cluster for cluster in clusters if cluster[0].word is Word.PARTLY_SHORT]
        others = [cluster for cluster in clusters if cluster[0].word is not Word.PARTLY_SHORT]
        _join(short, skipped, within)
        clusters = short + others
    return [_counted(cluster) for cluster in clusters]


def _join(clusters: list[list[Told]], reports: Iterable[Told], within: timedelta) -> None:
    """Add reports to the clusters that they are close to, and make new ones of the rest, in their order."""
    before = [(one.session.began, cluster) for cluster in clusters for one in cluster]
    open_one: list[Told] | None = None
    for report in reports:
        began = report.session.began
        near = next((cluster for at, cluster in before if abs(began - at) < within), None)
        if near is not None:
            near.append(report)
        elif open_one is not None and began - open_one[0].session.began < within:
            open_one.append(report)
        else:
            open_one = [report]
            clusters.append(open_one)


def _counted(cluster: Sequence[Told]) -> Counted:
    """One session of the reports that tell of it; the first says what kind of word it is."""
    if len(cluster) == 1:
        session, word, seconds, ids = cluster[0]
        return Counted(session, word, seconds, session.rpe, session.rpe_scale, session.over_dose, ids)
    kind = _KIND[cluster[0].word]
    best, *others = sorted(cluster, key=lambda one: (_KIND[one.word] != kind, _rank(one.session)))
    every = (best, *others)
    worked = [one for one in every if one.word not in _SKIPPED]
    lengths = (one.seconds for one in worked if one.seconds is not None)
    rated = next((one.session for one in every if one.session.rpe is not None), best.session)
    return Counted(
        best.session,
        best.word,
        next(lengths, None),
        rated.rpe,
        rated.rpe_scale,
        any(one.session.over_dose for one in every),
        tuple(name for one in every for name in one.ids),
    )
