"""The page on derived facts, read a second time: plain Python, line by line, without the rule language.

It knows nothing of the engine; the tests hold the two against each other on random patients.
"""

from datetime import date

NORMS = {  # STEADI: below is a deficit
    "male": ((60, 14), (65, 12), (70, 12), (75, 11), (80, 10), (85, 8), (90, 7)),
    "female": ((60, 12), (65, 11), (70, 10), (75, 10), (80, 9), (85, 8), (90, 4)),
}
DISEASE_OF_HEART_AND_VESSELS = (
    "cad", "mi", "pci", "cardiac-surgery", "stroke-tia", "heart-failure", "af", "pacemaker", "icd",
    "hypertrophic-cardiomyopathy", "atherosclerosis",
)  # fmt: skip
EYE_DAYS = {"vitrectomy-or-retinal-surgery": 42, "laser": 28, "cataract": 28, "injection": 7}
WORDS = {True: "yes", False: "no", None: None}
SIDES = ("left", "right")


def either(*truths):
    return True if True in truths else None if None in truths else False


def both(*truths):
    return False if False in truths else None if None in truths else True


def opposite(truth):
    return None if truth is None else not truth


class Page:
    """One patient's derived facts; `facts` are entered values by name, None where unknown."""

    def __init__(self, facts, today: date, *, pressure_today: bool):
        self.facts = facts
        self.today = today
        self.pressure_today = pressure_today

    def is_(self, name, *accepted):
        value = self.facts.get(name)
        return None if value is None else value in accepted

    def has(self, name, *members):
        value = self.facts.get(name)
        if value is None:
            return None
        if not value.isdisjoint(members):
            return True
        return False if type(value) is frozenset else None

    def below(self, name, limit):
        value = self.facts.get(name)
        return None if value is None else value < limit

    def any_foot(self, truth):
        return either(*(truth(side) for side in SIDES))

    def days(self, name):
        value = self.facts.get(name)
        if value is None:
            return None
        return float("inf") if value == "asked-none" else (self.today - value).days

    def recent(self, name, limit):
        days = self.days(name)
        return days is None or days < limit

    def age(self):
        born = self.facts.get("birth_date")
        if born is None:
            return None
        before = (self.today.month, self.today.day) < (born.month, born.day)
        return self.today.year - born.year - before

    def reads_as(self):
        f = self.facts
        cad, failing = self.has("cvd_known", "cad"), self.has("cvd_known", "heart-failure")
        age = self.age()
        clearance = self.days("vigorous_clearance_date")
        outside = f.get("sex_for_reference") == "male" or (age is not None and (age < 18 or age > 55))
        low = self.below("glucose_mg_dl", 54)
        return {
            "cardiology_plan_agreed": f.get("cardiology_plan_agreed") or "no",
            "hr_explained": f.get("hr_explained") or "no",
            "supervision": f.get("supervision") or "none",
            "vigorous_clearance_valid": WORDS[clearance is not None and clearance <= 365],
            "bp_today": WORDS[self.pressure_today],
            "angina_status": f.get("angina_status") or {True: "stable", False: "none", None: None}[cad],
            "hf_nyha": f.get("hf_nyha") or {True: "iii", False: "none", None: None}[failing],
            "cancer_treatment": f.get("cancer_treatment")
            or ("active-systemic" if f.get("neuropathy_cause") == "chemotherapy" else None),
            "pregnancy_status": f.get("pregnancy_status") or ("not-applicable" if outside else None),
            "severe_hypo_last_24h": "yes" if low else f.get("severe_hypo_last_24h"),
            "age_years": age,
        }

    # Feet

    def lops(self, side):
        entered = self.facts.get(f"lops_{side}")
        if entered is not None:
            return entered == "yes"
        insensate = self.facts.get(f"monofilament_insensate_{side}")
        return None if insensate is None else insensate >= 1

    def active(self, side):
        return self.is_(f"foot_ulcer_{side}", "active")

    def infected_or_ischaemic(self):
        infected = self.any_foot(
            lambda side: both(
                self.active(side),
                self.facts.get(f"ulcer_infection_{side}") in {None, "moderate", "severe"},
            )
        )
        return both(
            self.any_foot(self.active), either(infected, self.is_("pad_status", "rest-pain", "tissue-loss"))
        )

    def eskd(self):
        return either(self.is_("dialysis", "haemodialysis", "peritoneal"), self.below("egfr", 15))

    def feet(self):
        f = self.facts
        losses = [self.lops(side) for side in SIDES]
        plantar = lambda side: both(self.active(side), f.get(f"ulcer_site_{side}") in {None, "plantar"})  # noqa: E731
        healed = [
            f.get(f"foot_ulcer_{side}") == "healed" and self.recent(f"ulcer_healed_date_{side}", 90)
            for side in SIDES
        ]
        remission = [
            f.get(f"charcot_{side}") == "remission" and self.recent(f"charcot_remission_date_{side}", 365)
            for side in SIDES
        ]
        sore = ("blister", "fissure", "haemorrhagic-callus")
        above_foot = ("transtibial", "transfemoral")
        some_foot = {
            "ulcer_history_any": lambda side: self.is_(f"foot_ulcer_{side}", "active", "healed"),
            "charcot_active_any": lambda side: self.is_(f"charcot_{side}", "active"),
            "charcot_suspected_any": lambda side: self.is_(f"charcot_{side}", "suspected"),
            "charcot_remission_any": lambda side: self.is_(f"charcot_{side}", "remission"),
            "hot_swollen_any": lambda side: self.is_(f"hot_swollen_foot_{side}", "yes"),
            "deformity_any": lambda side: self.is_(f"foot_deformity_{side}", "yes"),
            "preulcer_any": lambda side: self.is_(f"preulcer_lesion_{side}", *sore),
            "callus_any": lambda side: self.is_(f"preulcer_lesion_{side}", "callus"),
            "amputation_any": lambda side: opposite(self.is_(f"amputation_{side}", "none")),
            "amputation_major_any": lambda side: self.is_(f"amputation_{side}", *above_foot),
            "ulcer_active_any": self.active,
            "ulcer_active_plantar": plantar,
        }
        found = {name: self.any_foot(truth) for name, truth in some_foot.items()}
        found |= {
            "lops_any": either(*losses),
            "lops_one_side_only": None if None in losses else losses[0] is not losses[1],
            "ulcer_infected_or_ischaemic": self.infected_or_ischaemic(),
            "ulcer_healed_under_90d": any(healed),
            "foot_ulcer_unknown": any(f.get(f"foot_ulcer_{side}") is None for side in SIDES),
            "charcot_remission_under_12m": any(remission),
            "pad_any": opposite(self.is_("pad_status", "none")),
            "eskd": self.eskd(),
        }
        risk, assumed = self.iwgdf(found)
        found |= {"iwgdf_assumed": assumed, "foot_at_risk": risk != "0"}
        sides = {f"lops_{side}": WORDS[loss] for side, loss in zip(SIDES, losses, strict=True)}
        return {name: WORDS[truth] for name, truth in found.items()} | {"iwgdf_risk": risk} | sides

    def iwgdf(self, found):
        parts = [found["lops_any"], found["pad_any"], found["deformity_any"]]
        loss, arteries, deformity = (part is not False for part in parts)
        history = any(found[name] is True for name in ("ulcer_history_any", "amputation_any", "eskd"))
        problems = ("ulcer_active_any", "charcot_active_any", "charcot_suspected_any")
        if any(found[name] is True for name in problems):
            return "active-foot-problem", None in parts
        if (loss or arteries) and history:
            return "3", None in parts
        if (loss or arteries) and [loss, arteries, deformity].count(True) >= 2:
            return "2", None in parts
        return "1" if loss or arteries else "0", None in parts

    # Autonomic, glucose, heart, kidney

    def drop(self, part):
        lying, standing = self.facts.get(f"bp_supine_{part}"), self.facts.get(f"bp_standing_{part}")
        return None if lying is None or standing is None else lying - standing

    def oh_present(self):
        lying = self.facts.get("orthostatic_method") in {"supine-stand", "tilt"}
        limits = {"sys": 20, "dia": 10} if lying else {"sys": 15, "dia": 7}
        drops = {part: self.drop(part) for part in limits}
        return either(*(None if drops[part] is None else drops[part] >= limits[part] for part in limits))

    def ratio(self):
        standing, supine, drop = self.facts.get("hr_standing"), self.facts.get("hr_supine"), self.drop("sys")
        if standing is None or supine is None or drop is None or drop <= 0:
            return None
        return round((standing - supine) / drop, 2)

    def ketones(self):
        blood = self.facts.get("ketones_blood_mmol_l")
        if blood is not None:
            return "high" if blood >= 1.5 else "raised" if blood >= 0.6 else "none"
        urine = {"moderate": "high", "large": "high", "small": "raised", "negative": "none", "trace": "none"}
        return urine.get(self.facts.get("ketones_urine"))

    def eye(self):
        procedure = self.facts.get("eye_procedure")
        if procedure is None:  # after the longest time none can be recent
            return None if self.recent("eye_procedure_date", max(EYE_DAYS.values())) else False
        return procedure != "none" and self.recent("eye_procedure_date", EYE_DAYS[procedure])

    def body(self):
        types = (
            "distal-symmetric",
            "small-fibre",
            "motor",
            "mononeuropathy",
            "radiculopathy",
            "polyradiculoneuropathy",
        )
        diabetes = opposite(self.is_("diabetes_type", "none", "prediabetes"))
        heart = self.has("cvd_known", *DISEASE_OF_HEART_AND_VESSELS)
        kidney = either(self.below("egfr", 60), self.is_("dialysis", "haemodialysis", "peritoneal"))
        nerves = self.is_("can_status", "suspected", "early", "definite", "severe")
        insulin, gliflozin = self.has("medications", "insulin"), self.has("medications", "sglt2i")
        event = self.has("cvd_known", "mi", "pci", "cardiac-surgery")
        return {
            "oh_present": self.oh_present(),
            "autonomic": either(nerves, self.has("neuropathy_types", "autonomic"), self.oh_present()),
            "lower_limb_neuropathy": either(
                self.has("neuropathy_types", *types), *(self.lops(side) for side in SIDES)
            ),
            "insulin_or_secretagogue": self.has("medications", "insulin", "sulfonylurea", "glinide"),
            "on_insulin": insulin,
            "on_sglt2i": gliflozin,
            "on_beta_blocker": self.has("medications", "beta-blocker", "non-dhp-ccb"),
            "diabetes": diabetes,
            "glucose_rules_apply": diabetes is not False,
            "ketone_prone": either(
                self.is_("diabetes_type", "type1", "lada", "secondary"), insulin, gliflozin
            ),
            "cvd_any": heart,
            "ckd": kidney,
            "known_cmr": either(diabetes, heart, kidney),
            "recent_cardiac_event": both(event, self.recent("last_cardiac_event_date", 90)),
            "recent_stroke": both(self.has("cvd_known", "stroke-tia"), self.recent("last_stroke_date", 90)),
            "eye_procedure_recent": self.eye(),
            "cbc_relevant": {"active-systemic": True, None: None}.get(
                self.reads_as()["cancer_treatment"], False
            ),
        }

    def deficit(self):
        age, count = self.age(), self.facts.get("chair_stand_30s")
        norms = NORMS.get(self.facts.get("sex_for_reference"))
        truths = [opposite(self.below("tug_s", 12)), self.below("tandem_s", 10)]
        if norms and count is not None and age is not None and 60 <= age <= 94:
            truths.append(count < [norm for start, norm in norms if start <= age][-1])
        return either(*truths)

    def falls(self):
        count = self.facts.get("falls_12m")
        injurious = self.is_("injurious_fall_12m", "yes")
        if injurious is None and count is not None:
            injurious = count >= 1
        once, twice = opposite(self.below("falls_12m", 1)), opposite(self.below("falls_12m", 2))
        high = either(twice, injurious, both(self.deficit(), once))
        some = either(self.deficit(), once, self.is_("feels_unsteady", "yes"), *(self.lops(s) for s in SIDES))
        if high is not False:
            return "high" if high else None
        if some is not False:
            return "moderate" if some else None
        return "low"

    def activity(self):
        days, minutes = self.facts.get("evs_days_per_week"), self.facts.get("evs_minutes_per_day")
        if days is None or minutes is None:
            return None, None
        week = days * minutes
        return week, "inactive" if week == 0 else "insufficient" if week < 150 else "active"

    def everything(self):
        """Every line of the page, by name."""
        week, level = self.activity()
        return {
            **self.reads_as(),
            **self.feet(),
            **{name: WORDS[truth] for name, truth in self.body().items()},
            "oh_drop_sys": self.drop("sys"),
            "oh_drop_dia": self.drop("dia"),
            "oh_neurogenic_ratio": self.ratio(),
            "ketone_state": self.ketones(),
            "evs_min_week": week,
            "activity_level": level,
            "functional_deficit": WORDS[self.deficit()],
            "fall_risk": self.falls(),
        }
