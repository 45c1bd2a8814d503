"""A cohort filed through the rooms, and what the service says of it, against the truth."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from uuid import UUID

import orjson
import pytest

from api.app import create_app
from api.clinical.adherence import tenths
from api.clinical.fitt import Part
from api.commands.cohort.enrolment import Cohort
from api.commands.cohort.filing import Clinic as Filed
from api.commands.console import console_works
from tests.adherence import cohorts
from tests.conftest import _copy_of_template
from tests.factories import Clinic, make_clinic

PEOPLE, WEEKS = 24, 8
TODAY = datetime.now(UTC).date()
SUNDAY = TODAY - timedelta(days=TODAY.isoweekday())
"""The one before today: on another weekday the same seed is another life."""


def filed(app, clinic_id, **changed):
    """A cohort on file in a clinic."""
    cohort = Cohort(**{"seed": 7, "patients": PEOPLE, "weeks": WEEKS, "last": SUNDAY} | changed)
    with app.app_context(), console_works(clinic_id) as opens:
        found = Filed(opens, cohort)
        list(found.enrol())
        for act in found.acts():
            found.perform(act)
    return found


@pytest.fixture(scope="module")
def live(server, settings):
    """The service on a database of this module's own."""
    with _copy_of_template(server, "surefoot_cohort") as own:
        app = create_app(own)
        yield app
        app.extensions["surefoot"].engine.dispose()


@pytest.fixture(scope="module")
def clinic(live):
    """The clinic of the cohort."""
    return Clinic(id=make_clinic(live.extensions["settings"]), app=live)


@pytest.fixture(scope="module")
def people(live, clinic):
    """Those of the cohort, on file."""
    return filed(live, clinic.id).members


@pytest.fixture
def caller(live, clinic):
    live.extensions["surefoot"].rates.forget()
    return clinic.caller()


def said(caller, member):
    """What the service says of the weeks of somebody: the numbers of all lines together, and of each."""
    person = member.truth.person
    window = {"from": person.first.isoformat(), "to": person.last.isoformat()}
    answer = caller.get(f"/v1/patients/{member.patient_id}/adherence", query_string=window)
    assert answer.status_code == 200, answer.text
    return answer.json["total"], {Part(one["line"]): one for one in answer.json["lines"]}


def shown(member, total, lines):
    """The truth beside what is said, in percent."""
    yield member.truth.attendance(), total
    for line, numbers in lines.items():
        yield member.truth.attendance([line]), numbers


def test_the_bounds_hold_the_truth_of_everybody_who_is_truthful(caller, people):
    truthful = [one for one in people if one.truth.person.habits.truthful]
    assert len(truthful) >= 2 * PEOPLE // 3
    for member in truthful:
        for truth, numbers in shown(member, *said(caller, member)):
            assert numbers["lower"]["percent"] <= tenths(100 * truth) <= numbers["upper"]["percent"]


def test_who_overstates_counts_for_more_than_was_done_by_their_own_word(caller, people):
    overstating = [one for one in people if not one.truth.person.habits.truthful]
    beyond = []
    for member in overstating:
        truth, leading = member.truth, member.truth.person.leading
        told = {telling.session for telling in member.tellings}
        done = sum(
            f"{truth.person.name}/{number}" in told and truth.attended(leading, one)
            for number, one in enumerate(truth.sessions)
        )
        numbers = said(caller, member)[1][leading]
        by_evidence = {one["evidence"]: one["sessions"] for one in numbers["by_evidence"]}
        beyond.append(sum(by_evidence.values()) - done)
        assert by_evidence["device"] <= done
        assert by_evidence["self-report"] > 0
    assert sum(one > 0 for one in beyond) >= len(overstating) / 2


def test_the_service_counts_as_the_medicine_alone_counts_what_was_told(caller, people):
    """Filing neither adds nor loses: corrections, links, locks, holds, zones, late and doubled reports."""
    for member in people:
        alone = cohorts.answer(member.truth, member.tellings)
        total, lines = said(caller, member)
        assert lines.keys() == alone.lines.keys()
        for numbers, told in [(alone.total, total), *((alone.lines[line], lines[line]) for line in lines)]:
            for name in ("lower", "upper", "projected", "completion", "dose_ratio", "coverage", "intensity"):
                assert told[name]["percent"] == getattr(numbers, name).percent, (member.person.key, name)


def test_what_makes_counting_hard_is_in_it(people):
    truths = [one.truth for one in people]
    assert all(any(getattr(one, name) for one in truths) for name in ("holds", "stops", "holidays", "trips"))
    tellings = [telling for one in people for telling in one.tellings]
    assert any(one.slip for one in tellings)
    assert len({one.session for one in tellings}) < len(tellings)
    assert len({one.person.kind for one in people}) == 8


def test_the_panel_and_the_worklist_have_life(caller, people):
    panel = caller.get("/v1/adherence", query_string={"weeks": 4, "limit": 100})
    assert panel.status_code == 200, panel.text
    assert len(panel.json["items"]) == PEOPLE
    assert len({one["numbers"]["lower"]["percent"] for one in panel.json["items"]}) > PEOPLE / 3
    alerts = caller.get("/v1/alerts").json["items"]
    assert alerts


def test_the_same_seed_is_the_same_cohort(live, clinic):
    elsewhere = make_clinic(live.extensions["settings"], "Elsewhere")
    one, other = (
        filed(live, clinic_id, patients=2, weeks=2, seed=9, last=date(2026, 3, 15))
        for clinic_id in (clinic.id, elsewhere)
    )
    assert [each.truth for each in one.members] == [each.truth for each in other.members]
    assert [each.tellings for each in one.members] == [each.tellings for each in other.members]


@pytest.fixture
def run(live):
    runner = live.test_cli_runner()
    return lambda *arguments: runner.invoke(args=["demo", "cohort", *map(str, arguments)])


def test_the_truth_is_written_beside_and_a_second_time_is_refused(run, live, tmp_path):
    clinic_id = make_clinic(live.extensions["settings"], "Told")
    asked = ("--clinic", clinic_id, "--patients", 2, "--weeks", 2, "--seed", 3)
    done = run(*asked, "--truth", tmp_path / "truth.json")
    assert done.exit_code == 0, done.output
    truth = orjson.loads((tmp_path / "truth.json").read_bytes())
    assert [one["identifier"]["value"] for one in truth["people"]] == ["3/0", "3/1"]
    for person in truth["people"]:
        assert 0 <= Fraction(person["attendance"]["all"]) <= 1
        assert person["attendance"].keys() == {"all", *person["lines"]}
        assert person["sessions"]
    again = run(*asked)
    assert again.exit_code == 1
    assert "Give another --seed" in again.output
    assert run(*asked[:-1], 4).exit_code == 0


def test_weeks_that_are_not_over_are_refused(run):
    refused = run("--clinic", UUID(int=1), "--last", TODAY)
    assert refused.exit_code == 2
    assert "their weeks are over" in refused.output


def test_without_a_demo_clinic_one_is_asked_for(run, live):
    assert not (live.extensions["settings"].var / "demo-credentials.json").exists()
    refused = run()
    assert refused.exit_code == 2
    assert "there is no demo clinic" in refused.output
