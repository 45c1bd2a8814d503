"""All rules over one full profile, beside zen-engine; and the whole assessment beside the rules alone.

The profile is that of the base patient, of whom everything is known and who has no hazard; the assessment is
also measured with an active ulcer, which more rules answer to.
"""

import sys

from api.clinical.contraindications import assess
from api.clinical.knowledge import library
from api.clinical.knowledge.examples import EXAMPLE_MOMENT
from api.clinical.profile import Profile, profile
from api.clinical.release import Release
from api.clinical.vocabulary import CheckKind
from bench.peers import zen_rules
from bench.rig import patient
from bench.rig.rounds import in_turn, report, timed

ROUNDS = 15
AIM_TIMES = 30
AIM_FACTOR, AIM_EXTRA = 4, 60.0
KIND = CheckKind.SESSION


def main() -> None:
    """Measure and print."""
    release = library.load()
    known = profile(release, patient.seen(hazard=False), EXAMPLE_MOMENT)
    against_zen(release, known)
    whole("assessment", release, known)
    whole("assessment-hazard", release, profile(release, patient.seen(), EXAMPLE_MOMENT))


def against_zen(release: Release, known: Profile) -> None:
    """The compiled rules against three forms of the same rules in ZEN."""
    positions, fire = release.readings[KIND]
    rules = [release.rules[position] for position in positions]
    context = zen_rules.context(rules, known.values)
    expressions, table = zen_rules.decision_of_expressions(rules), zen_rules.decision_table(rules)
    bare = zen_rules.one_expression(rules)
    ours = fire(known.values)
    answers = {
        "expressions": zen_rules.fired_of_expressions(expressions.evaluate(context)),
        "table": zen_rules.fired_of_table(table.evaluate(context)),
        "bare": zen_rules.fired_of_list(bare.evaluate(context)),
    }
    for form, answer in answers.items():
        if answer != ours:
            sys.exit(f"engine: zen-engine as {form} gives {answer}, not {ours}")
    measured = in_turn(
        {
            "ours": timed(lambda: fire(known.values)),
            "expressions": timed(lambda: expressions.evaluate(context)),
            "table": timed(lambda: table.evaluate(context)),
            "bare": timed(lambda: bare.evaluate(context)),
        },
        rounds=ROUNDS,
    )
    quickest = min(("expressions", "table"), key=measured.median)
    times = measured.ratio(quickest, "ours")
    words = f"{len(rules)} rules in zen-engine as a decision of {quickest}"
    medians = f"{measured.median('ours'):.1f} µs; {words}: {measured.median(quickest):.0f} µs"
    report("engine", f"{times:.0f}x", medians, aim=f"≥ {AIM_TIMES}x", met=times >= AIM_TIMES)
    words = f"as one bare ZEN expression: {measured.median('bare'):.0f} µs"
    medians = f"{measured.median('ours'):.1f} µs; {words}"
    report("engine-bare", f"{measured.ratio('bare', 'ours'):.0f}x", medians)


def whole(name: str, release: Release, known: Profile) -> None:
    """Derived facts, rules, and every exercise with its reasons, against the rules alone."""
    fire = release.readings[KIND][1]
    blank = dict(known.entered)
    observed_at = {name: known.seen[name].observed_at for name in release.observed_today}

    def assessed() -> object:
        values = dict(blank)
        release.derive(values, EXAMPLE_MOMENT.date(), observed_at, EXAMPLE_MOMENT)
        return assess(release, known, KIND)

    measured = in_turn({"rules": timed(lambda: fire(known.values)), "whole": timed(assessed)}, rounds=ROUNDS)
    limit = AIM_FACTOR * measured.median("rules") + AIM_EXTRA
    took = measured.median("whole")
    medians = f"{took:.1f} µs; rules alone {measured.median('rules'):.1f} µs"
    aim = f"≤ {AIM_FACTOR} x rules + {AIM_EXTRA:.0f} µs = {limit:.0f} µs"
    report(name, f"{took / limit:.2f}", medians, aim=aim, met=took <= limit)


if __name__ == "__main__":
    main()
