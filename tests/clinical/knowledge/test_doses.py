"""The dose tables are read strictly, and a faulty one is refused with its place."""

from dataclasses import replace
from shutil import copytree, ignore_patterns

import pytest
import yaml

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.knowledge.dose_checks import check_doses
from api.clinical.knowledge.dose_file import read_dosing, statements
from api.clinical.knowledge.fact_files import read_facts
from api.clinical.knowledge.progression_file import read_pacing
from api.clinical.vocabulary import ReviewStatus

RELEASE = library.load()
GROUPS = tuple(dict.fromkeys(fact.group for fact in RELEASE.plain_facts))
DOMAINS = read_facts(library.HERE, GROUPS)[2]
TABLES = (RELEASE.dosing, RELEASE.pacing)
EACH = [entry for tables in TABLES for entry in statements(tables)]


def faulty(folder, file, change):
    """The fault of the release with the content of one file changed."""
    for name in ("dose.yaml", "progression.yaml"):
        content = yaml.safe_load((library.HERE / name).read_text(encoding="utf-8"))
        if name == file:
            change(content)
        (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(KnowledgeFault) as refused:
        check_doses(
            replace(
                RELEASE,
                dosing=read_dosing(folder, DOMAINS, RELEASE.citations),
                pacing=read_pacing(folder, DOMAINS, RELEASE.citations),
            )
        )
    assert refused.value.file == file
    return str(refused.value)


def entry(content, key, name):
    return next(one for one in content[key] if one["id"] == name)


@pytest.mark.parametrize("one", EACH, ids=lambda one: one.id)
def test_every_entry_says_why_and_pretends_no_review(one):
    assert one.says.endswith(".")
    assert one.verification
    assert {citation.id for citation in one.citations} <= RELEASE.citations.keys()
    assert one.why.review_status is ReviewStatus.AWAITING


@pytest.mark.parametrize("file", ["dose.yaml", "progression.yaml"])
def test_a_release_without_its_dose_tables_is_refused(tmp_path, file):
    copy = copytree(
        library.HERE, tmp_path / "release", ignore=ignore_patterns("__pycache__", library.EARLIER)
    )
    (copy / file).unlink()
    with pytest.raises(KnowledgeFault, match=f"{file}: file: -: cannot be read"):
        library.read(copy)


def test_every_id_stands_once():
    names = [one.id for one in EACH]
    assert len(names) == len(set(names))
    assert not set(names) & RELEASE.rules_by_id.keys()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(more=1), "dose: more: is not a known key"),
        (lambda c: c.pop("chores"), "dose: chores: is missing"),
        (lambda c: c["chores"].pop("says"), "dose.chores: says: is missing"),
        (lambda c: c["chores"].update(says="No end"), "must be a sentence"),
        (lambda c: c["chores"].update(met_from="three"), "met_from: has the wrong type"),
        (lambda c: c["chores"].update(citations=[]), "needs a source"),
        (lambda c: c["chores"].update(citations=[{"id": "NOBODY"}]), "there is no source 'NOBODY'"),
        (lambda c: c["no_dose"].update(decisions=["perhaps"]), "'perhaps' is not one of"),
        (lambda c: c["no_dose"].update(decisions="standard"), "must be a list"),
        (lambda c: c["no_dose"].update(decisions=["standard", "standard"]), "names one twice"),
        (lambda c: c["fitness"].update(one_lower_when="walks_slowly == 3"), "one_lower_when, column 1"),
        (lambda c: c["fitness"].update(one_lower_when=3), "must be a condition"),
        (lambda c: c["fitness"]["from_minutes"].pop("f2"), "must give every class but f0"),
        (lambda c: c["fitness"].update(from_minutes=[30]), "must be a mapping"),
        (lambda c: c["flexibility"].update(holds=[4, 2]), "the lower first"),
        (lambda c: c["flexibility"].update(ankle_circles="dance"), "there is no exercise 'dance'"),
        (lambda c: c["balance"]["levels"].append("dance"), "there is no exercise 'dance'"),
        (lambda c: c["frames"].pop(), "the last of a list always holds"),
        (lambda c: c["frames"].clear(), "frames: is empty"),
        (lambda c: c["frames"].append({"says": "What."}), "frames, entry 3: has no id"),
        (lambda c: c["step_plans"].append(c["step_plans"][0]), "steps-risk-3: id: stands twice"),
        (lambda c: c["aerobic_starts"].pop(), "must give each fitness at each risk once"),
        (lambda c: c["resistance_starts"].pop(), "must give each risk once"),
        (
            lambda c: entry(c, "aerobic_starts", "aerobic-f1-d-a").update(weeks_to_floor=5),
            "take 4 weeks, not 5",
        ),
        (
            lambda c: entry(c, "aerobic_starts", "aerobic-f1-d-b").update(minutes=40),
            "more than the class below",
        ),
        (
            lambda c: entry(c, "aerobic_starts", "aerobic-f3-d-c").update(minutes=5),
            "less than the fitness below",
        ),
        (
            lambda c: entry(c, "resistance_starts", "resistance-d-c").update(reps=[8, 20]),
            "more than the class below",
        ),
        (lambda c: entry(c, "risk_classes", "risk-kidney").update(on_clearance=True), "one of the two"),
        (lambda c: entry(c, "risk_classes", "risk-kidney").update(risk="d-a"), "is d-b or d-c"),
        (lambda c: entry(c, "limits", "limit-anaemia").update(rules=["thin-blood"]), "no rule 'thin-blood'"),
        (lambda c: entry(c, "limits", "limit-anaemia").pop("rules"), "says nowhere when it applies"),
        (lambda c: entry(c, "limits", "limit-light-only").update(closes="easy"), "there is no tag 'easy'"),
        (lambda c: c["heart_rate_limits"][0].update(fact="pulse"), "there is no fact 'pulse'"),
    ],
)
def test_a_faulty_dose_table_is_refused_with_its_place(tmp_path, change, said):
    assert said in faulty(tmp_path, "dose.yaml", change)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.pop("fever"), "progression: fever: is missing"),
        (lambda c: c["regressions"].update(luck={}), "progression.regressions: luck: is not a known key"),
        (lambda c: c["regressions"]["feet"].update(closes=["toes"]), "there is no tag 'toes'"),
        (lambda c: c["aerobic"]["least_minutes"].pop("d-b"), "must give every class but d-x"),
        (lambda c: c["breaks"].reverse(), "a longer break leaves less"),
    ],
)
def test_a_faulty_table_of_progression_is_refused_with_its_place(tmp_path, change, said):
    assert said in faulty(tmp_path, "progression.yaml", change)
