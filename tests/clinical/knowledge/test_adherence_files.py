"""The tables of adherence and the measures of outcomes are read strictly."""

import pytest
import yaml

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.knowledge.adherence_file import read_counting
from api.clinical.knowledge.dose_file import statements
from api.clinical.knowledge.outcomes_file import read_outcomes
from api.clinical.vocabulary import ReviewStatus

RELEASE = library.load()
EACH = [*statements(RELEASE.counting), *RELEASE.outcomes.measures.values(), *statements(RELEASE.outcomes)]


def faulty(folder, read, change):
    """The fault of a file with its content changed."""
    file = "adherence.yaml" if read is read_counting else "outcomes.yaml"
    content = yaml.safe_load((library.HERE / file).read_text(encoding="utf-8"))
    change(content)
    (folder / file).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    with pytest.raises(KnowledgeFault) as refused:
        read(folder, *([RELEASE.facts] if read is read_outcomes else []), {}, RELEASE.citations)
    assert refused.value.file == file
    return str(refused.value)


@pytest.mark.parametrize("one", EACH, ids=lambda one: one.id)
def test_every_entry_says_why_and_pretends_no_review(one):
    assert one.says.endswith(".")
    assert one.verification
    assert {citation.id for citation in one.citations} <= RELEASE.citations.keys()
    assert one.why.review_status is ReviewStatus.AWAITING


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(more=1), "adherence: more: is not a known key"),
        (lambda c: c.pop("withheld"), "adherence: withheld: is missing"),
        (lambda c: c["partly"].update(percent=0), "adherence-partly: percent: is a percentage"),
        (lambda c: c["projected"].update(coverage_percent=101), "coverage_percent: is a percentage"),
        (lambda c: c["bands"].update(partial_percent=90), "lies between 0 and met_percent"),
        (lambda c: c["bands"].update(days=8), "is from 1 to 7"),
        (lambda c: c["rated"].update(tolerance={"0-10": 0.5}), "must give every scale"),
        (lambda c: c["pausing"].update(removing=["sleep"]), "'sleep' is not one of"),
        (lambda c: c["merged"].update(id="adherence-partly"), "stands twice"),
    ],
)
def test_a_faulty_table_of_adherence_is_refused_with_its_place(tmp_path, change, said):
    assert said in faulty(tmp_path, read_counting, change)


def measure(content, name):
    return next(one for one in content["measures"] if one["id"] == name)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c["measures"].append(c["measures"][0]), "pain-nrs: id: stands twice"),
        (lambda c: measure(c, "pain-nrs").pop("title"), "title: is missing"),
        (lambda c: measure(c, "pain-nrs").update(better="more"), "'more' is not one of"),
        (lambda c: measure(c, "pain-nrs").update(better="none"), "pain-nrs: better: does not fit"),
        (lambda c: measure(c, "berg-balance").pop("detectable"), "berg-balance: detectable: does not fit"),
        (lambda c: measure(c, "tcss").update(detectable=3), "tcss: detectable: does not fit"),
        (lambda c: measure(c, "tcss").update(high=0), "tcss: high: does not fit"),
        (lambda c: measure(c, "tcss").update(categories={"mild": 6, "none": 0}), "tcss: categories"),
        (lambda c: measure(c, "evs").update(categories={"some": 1, "enough": 150}), "evs: categories"),
        (lambda c: measure(c, "vibration-128hz").update(whole=True), "vibration-128hz: words"),
        (lambda c: measure(c, "monofilament-10g").pop("of"), "monofilament-10g: of: does not fit"),
        (lambda c: measure(c, "iwgdf-risk").update(months_by_value={0: 12}), "months_by_value"),
        (lambda c: measure(c, "tcss").update(fact="toes"), "tcss: fact: does not fit"),
        (lambda c: measure(c, "timed-up-and-go").update(unit="min"), "timed-up-and-go: fact: does not fit"),
        (lambda c: measure(c, "hba1c").update(unit="mmol/mol"), "hba1c: fact: does not fit"),
        (lambda c: measure(c, "tcss").pop("months"), "tcss: months: does not fit"),
        (lambda c: measure(c, "tcss").update(weeks=[1, 2]), "tcss: months: does not fit"),
    ],
)
def test_a_faulty_measure_is_refused_with_its_place(tmp_path, change, said):
    assert said in faulty(tmp_path, read_outcomes, change)
