"""What a handout says: what is to be done, what is not, and when to stop."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from api.checks.answers import Judged, answers
from api.clinical.fitt import Part
from api.clinical.lifecycle import State
from api.clinical.vocabulary import ReviewStatus, Status
from api.prescriptions import documents
from api.prescriptions.gate import NO_DOSE
from api.prescriptions.handouts import codes, warnings
from api.prescriptions.handouts.queries import Signed
from api.prescriptions.handouts.sheet import Cell, Section, Sheet, Table, Verification
from api.prescriptions.handouts.validity import Validity
from api.prescriptions.plain import dose_in_words, frame_in_words, limits_in_words
from api.prescriptions.wording import Language, Words, wording

_HASH_SHOWN = 8
_NEVER_OVERRIDDEN = frozenset({Status.FORBID, Status.CLEARANCE})
_WITH_ADVICE = frozenset({Status.MODIFY, Status.AVOID})
_OVER = frozenset({Validity.STOPPED, Validity.SUPERSEDED, Validity.EXPIRED})

Paused = Mapping[str, tuple[str, ...]]
"""Exercises that may not be done, with the rules that say so."""


def sheet(signed: Signed, now: Judged, *, language: Language, issuer: str) -> Sheet:
    """The sheet of a signed prescription.

    Args:
        signed: what it is made of.
        now: the check of now; what it forbids is not to be done, whatever was found last.
        language: in which it is written.
        issuer: the address of the service, at which it is verified.
    """
    words = wording(language)
    paused = _paused(signed, now)
    doable = [] if _nothing_counts(signed, now) else [one for one in _prescribed(signed) if one not in paused]
    return Sheet(
        language=language,
        title=words.say("sheet", "title"),
        name=" ".join([*signed.patient.given, signed.patient.family or ""]).strip(),
        clinic=signed.clinic,
        banner=_banner(words, signed, doable=doable, paused=paused),
        about=_about(words, signed),
        review=words.say("review", _review_status(words)),
        sections=tuple(_sections(words, signed, now, doable=doable, paused=paused)),
        call=warnings.call(words, signed.clinic),
        phone=words.say("call", "phone"),
        verification=_verification(words, signed, issuer),
        footer=f"{signed.clinic} · {words.say('sheet', 'version')} {_version(words, signed)}",
        page=words.say("sheet", "page"),
    )


def _prescribed(signed: Signed) -> list[str]:
    return documents.exercise_ids(signed.revision.document)


def _paused(signed: Signed, now: Judged) -> Paused:
    """The exercises of the revision that may not be done: those found last, and those that are found now."""
    found = {one["exercise_id"]: tuple(one["rules"]) for one in signed.prescription.paused}
    for one in now.assessment.exercises:
        if one.status in _NEVER_OVERRIDDEN:
            found.setdefault(one.exercise_id, one.because)
    return {one: found[one] for one in _prescribed(signed) if one in found}


def _nothing_counts(signed: Signed, now: Judged) -> bool:
    """Whether nothing of it may be done: it does not count, or nothing may be dosed at all."""
    if signed.validity in _OVER or now.assessment.decision in NO_DOSE:
        return True
    if signed.validity is Validity.CURRENT:
        return False
    return not signed.standing.is_paused_in_part(signed.moment)


def _banner(
    words: Words, signed: Signed, *, doable: Collection[str], paused: Paused
) -> tuple[str, str] | None:
    name = _banner_name(signed, doable=doable, paused=paused)
    if name is None:
        return None
    begins = words.day(signed.revision.effective_from)
    return words.say("banner", name), words.say("banner", f"{name}_text", day=begins)


def _banner_name(signed: Signed, *, doable: Collection[str], paused: Paused) -> str | None:
    if signed.validity in _OVER:
        return signed.validity.value
    if signed.standing.state is State.ON_HOLD:
        return "on-hold"
    if not doable:
        return "paused"
    if paused:
        return "part"
    return "begins" if signed.revision.effective_from > signed.today else None


def _about(words: Words, signed: Signed) -> tuple[tuple[str, str], ...]:
    revision = signed.revision
    ends = words.say("sheet", "open_end") if revision.ends_on is None else words.day(revision.ends_on)
    return (
        (words.say("sheet", "version"), _version(words, signed)),
        (words.say("sheet", "signed_by"), signed.signer),
        (words.say("sheet", "signed_on"), words.day(_day_of(signed, revision.signed_at))),
        (words.say("sheet", "begins"), words.day(revision.effective_from)),
        (words.say("sheet", "ends"), ends),
        (words.say("sheet", "printed"), words.day(signed.today)),
    )


def _day_of(signed: Signed, moment: datetime) -> date:
    """The patient's day of a moment."""
    return moment.astimezone(ZoneInfo(signed.patient.time_zone)).date()


def _version(words: Words, signed: Signed) -> str:
    shown = signed.revision.sha256[:_HASH_SHOWN]
    return words.say("sheet", "version_value", number=signed.revision.number, hash=shown)


def _review_status(words: Words) -> ReviewStatus:
    """Reviewed only where both the rules and the words are."""
    both = {words.review_status, answers().release.review_status}
    return ReviewStatus.REVIEWED if both == {ReviewStatus.REVIEWED} else ReviewStatus.AWAITING


def _sections(
    words: Words, signed: Signed, now: Judged, *, doable: Collection[str], paused: Paused
) -> Iterator[Section]:
    if paused and signed.validity not in _OVER:
        yield _not_now(words, paused)
    if doable:
        yield from _to_do(words, signed, now, doable)
    yield from warnings.stop_signs(words)


def _to_do(words: Words, signed: Signed, now: Judged, doable: Collection[str]) -> Iterator[Section]:
    doses = documents.doses_of(signed.revision.document)
    around = frame_in_words(words.language, doses.frame)
    warm_up = around[:1] if doses.frame.warm_up_minutes else []
    before = [*words.all("before"), *warm_up]
    yield Section(title=words.say("sheet", "before"), points=tuple(before), steps=True)
    yield Section(title=words.say("sheet", "to_do"))
    yield from _parts(words, signed.revision.document, doable)
    after = [*around[len(warm_up) :], *words.all("after")]
    yield Section(title=words.say("sheet", "after"), points=tuple(after), steps=True)
    limits = limits_in_words(words.language, doses)
    if limits:
        yield Section(title=words.say("sheet", "limits"), points=tuple(limits))
    advice = _advice(words, now, doable)
    if advice:
        yield Section(title=words.say("sheet", "mind"), points=advice)


def _parts(words: Words, document: Mapping[str, Any], doable: Collection[str]) -> Iterator[Section]:
    """The parts of the plan that have something to do, each with its dose and its exercises."""
    doses = documents.doses_of(document)
    head = tuple(words.say("sheet", name) for name in ("exercise", "how", "stop_if"))
    for part in Part:
        items = [one for one in document["items"] if one["part"] == part and one["exercise_id"] in doable]
        if items:
            key, *rest = dose_in_words(words.language, part, doses)
            yield Section(
                title=words.say("part", part.value),
                level=3,
                key=key,
                points=tuple(rest),
                table=_table(head, [_row(words, one, document) for one in items]),
            )


def _table(head: Sequence[str], rows: Sequence[tuple[Cell, ...]]) -> Table:
    """A table of the columns that say something; the first names the rows."""
    filled = [place for place in range(len(head)) if place == 0 or any(row[place] for row in rows)]
    return Table(
        head=tuple(head[place] for place in filled),
        rows=tuple(tuple(row[place] for place in filled) for row in rows),
    )


def _row(words: Words, item: Mapping[str, Any], document: Mapping[str, Any]) -> tuple[Cell, ...]:
    said = words.exercise(item["exercise_id"])
    doses = documents.doses_of(document)
    of_the_part = dose_in_words(words.language, Part(item["part"]), doses)
    own = dose_in_words(words.language, Part(item["part"]), doses, exercise_id=item["exercise_id"])
    how = [*([said.how] if said.how else []), *(one for one in own if one not in of_the_part)]
    if item["from_week"] > 1:
        how.append(words.say("dose", "from_week", week=words.number(item["from_week"])))
    if item["note"]:
        how.append(words.say("sheet", "note", note=item["note"]))
    return (said.name,), tuple(how), (said.stop,) if said.stop else ()


def _not_now(words: Words, paused: Paused) -> Section:
    head = (words.say("sheet", "exercise"), words.say("sheet", "why"))
    rows = tuple(((words.exercise(one).name,), tuple(words.because(rules))) for one, rules in paused.items())
    return Section(title=words.say("sheet", "paused"), table=Table(head=head, rows=rows), tone="warning")


def _advice(words: Words, now: Judged, doable: Collection[str]) -> tuple[str, ...]:
    """What the rules say beside the exercises that may be done, each rule once."""
    rules = {
        rule_id: None
        for one in now.assessment.exercises
        if one.exercise_id in doable and one.status in _WITH_ADVICE
        for rule_id in one.because
    }
    return tuple(words.reasons[rule_id] for rule_id in rules if rule_id in words.reasons)


def _verification(words: Words, signed: Signed, issuer: str) -> Verification | None:
    if signed.code is None:
        return None
    code = codes.written(signed.code)
    address = f"{issuer}/v1/verify/{code}"
    return Verification(
        title=words.say("verify", "title"),
        text=words.say("verify", "scan"),
        address=address,
        picture=words.say("verify", "picture", address=address),
        code_label=words.say("verify", "code"),
        code=codes.grouped(code),
    )
