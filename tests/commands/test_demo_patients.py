import pytest

from api.clinical.contraindications import assess
from api.clinical.knowledge import library
from api.clinical.profile import profile
from api.clinical.vocabulary import CheckKind, Decision, FactState
from api.commands import demo_patients
from api.patients import queries

RELEASE = library.load()


@pytest.fixture
def people(clinic):
    work = clinic.work()
    made = demo_patients.make(work)
    work.commit()
    return [queries.evidence(clinic.work(), one["id"], work.moment) for one in made], work.moment


def seen(people, position):
    evidence, moment = people
    return profile(RELEASE, evidence[position].observations, moment.astimezone(evidence[position].time_zone))


def test_the_one_is_well_enough_to_train(people):
    known = seen(people, 0)
    answer = assess(RELEASE, known, CheckKind.SESSION)
    assert answer.decision in {Decision.MODIFIED, Decision.STANDARD}
    assert not known.conflicts


def test_the_other_has_lost_sensation_and_had_an_ulcer(people):
    known = seen(people, 1)
    assert known.values["foot_ulcer_left"] == "healed"
    assert known.values["lops_any"] == "yes"
    assert known.state("retinopathy_stage") is FactState.UNKNOWN
    answer = assess(RELEASE, known, CheckKind.PROGRAMME)
    assert "foot-lops" in {finding.rule.id for finding in answer.findings}
    assert answer.missing


def test_they_are_found_by_identifier(caller, people):
    for person in demo_patients.PEOPLE:
        found = caller.get("/v1/patients", query_string={"identifier": "|".join(person.identifier)}).json
        assert found["items"][0]["name"]["family"] == person.details["family"]
