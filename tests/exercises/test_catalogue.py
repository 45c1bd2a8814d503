import pytest

from api.clinical.catalogue import COMMON_STOP_SIGNS
from api.clinical.knowledge import library

RELEASE = library.load()


def listed(anyone, query=""):
    answer = anyone.get(f"/v1/exercises{query}")
    assert answer.status_code == 200
    assert answer.json["next"] is None
    return answer.json["items"]


def test_the_catalogue_is_given_whole_and_in_its_order(anyone):
    assert [item["id"] for item in listed(anyone)] == [exercise.id for exercise in RELEASE.exercises]


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("?modality=balance", lambda item: item["modality"] == "balance"),
        ("?modality=balance&modality=aerobic", lambda item: item["modality"] in {"balance", "aerobic"}),
        ("?goal=falls&setting=home", lambda item: "falls" in item["goals"] and "home" in item["settings"]),
        ("?posture=seated", lambda item: item["posture"] == "seated"),
        ("?equipment=nothing", lambda item: not item["equipment"]),
        ("?equipment=chair&equipment=wall", lambda item: {"chair", "wall"}.issuperset(item["equipment"])),
    ],
)
def test_the_list_holds_what_fits_every_parameter(anyone, query, fits):
    items = listed(anyone, query)
    assert items == [item for item in listed(anyone) if fits(item)]
    assert 0 < len(items) < len(RELEASE.exercises)


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("modality=dance", "/query/modality/0", "not-in-the-list"),
        ("equipment=chair&equipment=anvil", "/query/equipment/1", "not-in-the-list"),
        ("colour=red", "/query/colour", "unknown"),
    ],
)
def test_what_no_exercise_has_is_refused(anyone, query, pointer, code):
    answer = anyone.get(f"/v1/exercises?{query}")
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [(pointer, code)]


@pytest.mark.parametrize("exercise", RELEASE.exercises, ids=lambda exercise: exercise.id)
def test_an_exercise_shows_all_that_is_known_of_it(anyone, exercise):
    shown = anyone.get(f"/v1/exercises/{exercise.id}").json
    assert shown["tags"] == sorted(exercise.tags)
    assert shown["mets"] == exercise.met
    assert (shown["regress"], shown["progress"]) == (exercise.regress, exercise.progress)
    assert shown["stop_signs"][-len(COMMON_STOP_SIGNS) :] == list(COMMON_STOP_SIGNS)
    assert exercise.stop is None or shown["stop_signs"][0] == exercise.stop


def test_an_exercise_that_is_not_there_is_not_found(anyone):
    assert anyone.get("/v1/exercises/no-such").status_code == 404


def test_who_has_this_version_gets_no_body(anyone):
    first = anyone.get("/v1/exercises")
    again = anyone.get("/v1/exercises", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
