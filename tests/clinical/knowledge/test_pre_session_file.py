"""The table of checks before a session: whatever may stop a session must say whom it alarms."""

import pytest

from api.clinical.alarms import Withheld
from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.knowledge.fact_files import read_facts
from api.clinical.knowledge.pre_session_file import FILE, read_alarms
from api.clinical.knowledge.reading import document
from api.clinical.reports import ReportLevel

RELEASE = library.load()
TEXT = (library.HERE / FILE).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def domains():
    groups = document(library.HERE, "release.yaml")["facts"]
    return read_facts(library.HERE, tuple(groups))[2]


@pytest.mark.parametrize(
    ("old", "new", "detail"),
    [
        ("  - {rule: bp-low, levels: [{level: urgent}]}\n", "", "does not say whom it alarms"),
        ("rule: bp-low", "rule: bp-severe", "stands twice"),
        ("rule: bp-low", "rule: bp-lowest", "there is no"),
        ("    glucose: glucose\n", "    glucose: sugar\n", "is not one of"),
        ("    glucose: glucose\n", "    sugar: glucose\n", "there is no"),
        ("glucose_mg_dl < 54", "glucose < 54", "glucose"),
        (
            "{rule: bp-low, levels: [{level: urgent}]}",
            "{rule: bp-low, levels: [{level: soon}]}",
            "is not one of",
        ),
        ("review_status:", "reviewed: 1\nreview_status:", "is not a known key"),
    ],
)
def test_a_table_with_a_hole_is_refused(tmp_path, domains, old, new, detail):
    assert old in TEXT
    (tmp_path / FILE).write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(KnowledgeFault, match=detail):
        read_alarms(tmp_path, domains, RELEASE.rules)


def test_a_condition_that_is_unknown_reads_as_the_worse_level():
    unknown = {**RELEASE.blank}
    assert RELEASE.alarms.level("glucose-high-ketones", unknown) is ReportLevel.EMERGENCY
    assert RELEASE.alarms.level("acute-illness", unknown) is None
    assert RELEASE.alarms.level("no-such-rule", unknown) is None


def test_what_is_named_nowhere_is_withheld_for_something_else():
    assert RELEASE.alarms.withheld(RELEASE.rules_by_id["dialysis-day"]) is Withheld.OTHER
    assert RELEASE.alarms.withheld(RELEASE.rules_by_id["hr-rest-high"]) is Withheld.OTHER
    assert RELEASE.alarms.withheld(RELEASE.rules_by_id["glucose-below-70"]) is Withheld.GLUCOSE
