"""A complete first prescription for a patient, every number with its reason; or what must come before one."""

from collections.abc import Mapping
from types import MappingProxyType

from api.clinical import selection, starting
from api.clinical.contraindications import Assessment
from api.clinical.criteria import holds
from api.clinical.day_rules import day_rules
from api.clinical.draft import DoseRefused, Draft, Gap, Instruction, Item, Milestone
from api.clinical.fitt import Aerobic, Balance, Doses, Flexibility, FootAnkle, FootCap, Part, Resistance
from api.clinical.intensity import heart_rate
from api.clinical.ladder import interval_weeks, weeks_to
from api.clinical.limits import Limits
from api.clinical.needs import needs
from api.clinical.profile import Profile
from api.clinical.recommendation import Recommended, Wishes
from api.clinical.release import Release
from api.clinical.risk import classes
from api.clinical.statements import Statement, Why
from api.clinical.vocabulary import Modality

ARTICLE_FLOOR = "article-floor"
GUIDELINE_MINIMUM = "guideline-minimum"
MOST_OF_A_PART = 3
_PARTS = MappingProxyType(
    {
        Modality.AEROBIC: Part.AEROBIC,
        Modality.RESISTANCE: Part.RESISTANCE,
        Modality.BALANCE: Part.BALANCE,
        Modality.FLEXIBILITY: Part.FLEXIBILITY,
        Modality.FUNCTIONAL: Part.FUNCTIONAL,
    }
)
_ANY_WISH = Wishes()


def propose(
    release: Release,
    profile: Profile,
    assessment: Assessment,
    wishes: Wishes = _ANY_WISH,
    *,
    steps_baseline: int | None = None,
) -> Draft:
    """The first prescription.

    Source: specification, dose.

    Args:
        release: the knowledge.
        profile: the patient.
        assessment: the check of a programme for that patient.
        wishes: goals, equipment, settings and postures; what it says of modalities and limits is not read.
        steps_baseline: steps a day, the mean of 7 days; None where it was not measured.

    Raises:
        DoseRefused: the check allows no dose.
    """
    dosing = release.dosing
    if assessment.decision in dosing.no_dose.decisions:
        raise DoseRefused(assessment.decision, dosing.no_dose.why, needs(release, assessment))
    return _Drafting(release, profile, assessment, wishes).draft(steps_baseline)


class _Drafting:
    """Fills one part after the other."""

    def __init__(self, release: Release, profile: Profile, assessment: Assessment, wishes: Wishes) -> None:
        self.release, self.dosing = release, release.dosing
        self.profile, self.values = profile, profile.values
        self.assessment = assessment
        self.limits = Limits(release, profile, assessment)
        self.classes = classes(release.dosing, profile, assessment)
        self.ranked = selection.candidates(release, profile, assessment, wishes, self.limits)
        self.items: list[Item] = []
        self.gaps: list[Gap] = []
        self.why: dict[str, tuple[Why, ...]] = {
            "classes.fitness": self.classes.fitness_why,
            "classes.risk": self.classes.risk_why,
        }

    def draft(self, steps_baseline: int | None) -> Draft:
        frame, whys = starting.frame(self.dosing, self.values, self.limits)
        self._because("frame", whys)
        foot_cap, whys = starting.foot_cap(self.dosing, self.values, self.limits)
        self._because("foot_cap", whys)
        steps, whys = starting.steps(self.dosing, self.values, self.limits, steps_baseline)
        self._because("steps", whys)
        aerobic = self._aerobic(foot_cap)
        rate, reasons = heart_rate(
            self.release,
            self.profile,
            self.limits,
            aerobic.rpe_high if aerobic else self.dosing.exertion.light_up_to,
        )
        self._because("heart_rate", dict.fromkeys(("basis", "lower", "upper", "never_above"), reasons))
        foot_ankle = self._foot_ankle()
        doses = Doses(
            frame=frame,
            aerobic=aerobic,
            resistance=self._resistance(apart=foot_ankle is not None),
            balance=self._balance(),
            flexibility=self._flexibility(),
            foot_ankle=foot_ankle,
            foot_cap=foot_cap,
            steps=steps,
            heart_rate=rate,
        )
        self._chores()
        return self._complete(doses)

    def _complete(self, doses: Doses) -> Draft:
        aerobic, exertion, pacing = doses.aerobic, self.dosing.exertion, self.release.pacing
        return Draft(
            release_id=self.release.id,
            as_of=self.profile.as_of,
            valid_until=self.assessment.valid_until,
            decision=self.assessment.decision,
            fitness=self.classes.fitness,
            risk=self.classes.risk,
            doses=doses,
            items=tuple(self.items),
            alternatives=selection.rest(self.ranked, self.items, _PARTS),
            interval_weeks=interval_weeks(
                pacing, self.classes.risk, aerobic.weekly_minutes if aerobic else 0
            ),
            ceiling_minutes=pacing.aerobic.ceiling_minutes,
            milestones=self._milestones(aerobic),
            talk_test=exertion.talk_test[exertion.band(aerobic.rpe_high)] if aerobic else None,
            rpe_on_0_10=exertion.on_0_10(aerobic.rpe_high) if aerobic else None,
            frame_steps=self.dosing.session.steps,
            instructions=self._instructions(doses),
            day_rules=day_rules(self.release, self.profile),
            gaps=tuple(self.gaps),
            why=MappingProxyType(self.why),
        )

    def _because(self, part: str, whys: Mapping[str, tuple[Why, ...]]) -> None:
        self.why.update({f"{part}.{name}": reasons for name, reasons in whys.items() if reasons})

    def _take(
        self, part: Part, picked: list[Recommended], first_weeks: Mapping[str, int] | None = None
    ) -> None:
        weeks = first_weeks or {}
        self.items += [selection.item(part, one, from_week=weeks.get(one.exercise.id, 1)) for one in picked]

    def _missing(self, part: Part) -> None:
        self.gaps.append(Gap(part, f"No exercise of the part {part} is open and fits what is at hand."))

    def _aerobic(self, cap: FootCap | None) -> Aerobic | None:
        ranked = selection.of(self.ranked, Modality.AEROBIC)
        if not ranked:
            self._missing(Part.AEROBIC)
            return None
        dose, whys = starting.aerobic(self.dosing, self.classes, self.limits)
        self._because("aerobic", whys)
        seated, later = selection.seated(ranked), {}
        weeks = self.limits.highest("seated_weeks").value
        if weeks and seated:
            ranked.sort(key=lambda one: one.exercise.id not in seated)
            later = {one.exercise.id: int(weeks) + 1 for one in ranked if one.exercise.id not in seated}
        picked = selection.chosen(self.release, ranked, MOST_OF_A_PART)
        if cap is not None:
            unloaded = selection.off_feet(ranked)
            picked = selection.with_enough(picked, ranked, 1, unloaded)
            if not unloaded:
                self.gaps.append(
                    Gap(
                        Part.AEROBIC,
                        f"Only {cap.percent(1)} % of the minutes may bear weight; no other exercise is open.",
                    )
                )
        self._take(Part.AEROBIC, picked, later)
        return dose

    def _foot_ankle(self) -> FootAnkle | None:
        if holds(self.dosing.foot_ankle.when, self.values) is not True:
            return None
        by_id = {one.exercise.id: one for one in self.ranked}
        found = [by_id[name] for name in self.dosing.foot_ankle.exercises if name in by_id]
        names, unloaded = {one.exercise.id for one in found}, selection.off_feet(found)
        picked = [one for one in found if one.exercise.id in unloaded or one.exercise.regress not in names]
        if not picked:
            self._missing(Part.FOOT_ANKLE)
            return None
        self._take(Part.FOOT_ANKLE, picked)
        dose, whys = starting.foot_ankle(self.dosing)
        self._because("foot_ankle", whys)
        return dose

    def _resistance(self, *, apart: bool) -> Resistance | None:
        elsewhere = set(self.dosing.foot_ankle.exercises) if apart else set()
        ranked = [
            one for one in selection.of(self.ranked, Modality.RESISTANCE) if one.exercise.id not in elsewhere
        ]
        if not ranked:
            self._missing(Part.RESISTANCE)
            return None
        start = self.dosing.resistance_start(self.classes.risk)
        picked = selection.chosen(self.release, ranked, start.exercises.low)
        least = -(-len(picked) * start.seated_percent // 100)
        picked = selection.with_enough(picked, ranked, least, selection.seated(ranked))
        if len(picked) < start.exercises.low:
            self.gaps.append(
                Gap(
                    Part.RESISTANCE, f"{len(picked)} of {start.exercises.low} exercises are open and at hand."
                )
            )
        self._take(Part.RESISTANCE, picked)
        dose, whys = starting.resistance(self.dosing, self.classes.risk, self.limits, len(picked))
        self._because("resistance", whys)
        return dose

    def _balance(self) -> Balance | None:
        ranked = selection.of(self.ranked, Modality.BALANCE)
        by_id = {one.exercise.id: one for one in ranked}
        dose, whys = starting.balance(self.dosing, self.values, by_id)
        if dose is None:
            self._missing(Part.BALANCE)
            return None
        level = by_id[dose.level]
        beside = [
            one
            for one in selection.chosen(
                self.release, [one for one in ranked if one is not level], len(ranked)
            )
            if one.exercise.demand.fall <= level.exercise.demand.fall and one.exercise.id not in self._levels
        ]
        self._take(Part.BALANCE, [level, *beside[: MOST_OF_A_PART - 1]])
        self._because("balance", whys)
        return dose

    @property
    def _levels(self) -> tuple[str, ...]:
        return self.dosing.balance.levels

    def _flexibility(self) -> Flexibility | None:
        ranked = selection.of(self.ranked, Modality.FLEXIBILITY)
        if not ranked:
            self._missing(Part.FLEXIBILITY)
            return None
        taken = {item.exercise_id for item in self.items}
        free = [one for one in ranked if one.exercise.id not in taken]
        self._take(Part.FLEXIBILITY, selection.chosen(self.release, free, MOST_OF_A_PART))
        dose, whys = starting.flexibility(self.dosing, {one.exercise.id for one in ranked})
        self._because("flexibility", whys)
        return dose

    def _chores(self) -> None:
        ranked = selection.of(self.ranked, Modality.FUNCTIONAL)
        counting = [one for one in ranked if one.exercise.met >= self.dosing.chores.met_from]
        self._take(Part.FUNCTIONAL, counting[:MOST_OF_A_PART])

    def _milestones(self, dose: Aerobic | None) -> tuple[Milestone, ...]:
        table = self.dosing.aerobic
        labelled = ((ARTICLE_FLOOR, table.floor_minutes), (GUIDELINE_MINIMUM, table.minimum_minutes))
        return tuple(
            Milestone(label, weekly, weeks_to(self.release.pacing, self.classes.risk, dose, weekly))
            for label, weekly in labelled
            if dose is not None
        )

    def _instructions(self, doses: Doses) -> tuple[Instruction, ...]:
        dosing = self.dosing
        of_parts: tuple[tuple[Part, Statement, object], ...] = (
            (Part.AEROBIC, dosing.aerobic, doses.aerobic),
            (Part.AEROBIC, dosing.exertion, doses.aerobic),
            (
                Part.AEROBIC,
                dosing.steps_baseline,
                doses.steps if doses.steps and doses.steps.baseline is None else None,
            ),
            (Part.RESISTANCE, self.dosing.resistance_start(self.classes.risk), doses.resistance),
            (Part.BALANCE, dosing.balance, doses.balance),
            (Part.FLEXIBILITY, dosing.flexibility, doses.flexibility),
            (Part.FOOT_ANKLE, dosing.foot_ankle, doses.foot_ankle),
        )
        found = [Instruction(None, dosing.session.why), Instruction(Part.FUNCTIONAL, dosing.chores.why)]
        found += [Instruction(part, entry.why) for part, entry, dose in of_parts if dose is not None]
        return (*found, *(Instruction(None, one.limit.why) for one in self.limits.applied))
