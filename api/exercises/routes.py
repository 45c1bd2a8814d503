"""The medicine over HTTP."""

from typing import Any

from flask import Response

from api.exercises import meta as about
from api.exercises import proof, schemas
from api.exercises.queries import Wanted, readable
from api.web import encoding, openapi, paging, preconditions
from api.web.blueprint import Room
from api.web.request import building

PUBLIC = (
    "the medicine is published with the code and concerns no patient, so whoever reviews it needs no token"
)

INTENDED_USE = (
    "Decision support for clinicians who prescribe exercise to adults with peripheral neuropathy. It informs "
    "their judgement and does not replace it; it does not diagnose, and it is not for use by patients alone "
    "or in an emergency."
)
REVIEW = (
    "Every rule says how far it was read in its source, and whether a clinician has signed it. Rules whose "
    "review status is awaiting-clinical-review are proposals, and no decision may rest on them alone."
)

exercises = Room(
    "exercises",
    __name__,
    url_prefix="/v1/exercises",
    description="The exercises that checks judge, with the attributes and tags that rules name them by.",
)
knowledge = Room(
    "knowledge",
    __name__,
    url_prefix="/v1/knowledge",
    description="The medicine, readable: facts, screens, rules and sources of the release that answers now.",
)
meta = Room("meta", __name__, url_prefix="/v1/meta", description="What this service is and what it is for.")

_SERVED = readable()


def _whole(items: list[Any]) -> dict[str, Any]:
    return {"items": items, "next": None}


@exercises.route("", methods=["GET"])
@exercises.open_to_all(PUBLIC)
@exercises.asks(schemas.WantedExercises())
@exercises.gives(
    200, schemas.whole(schemas.Exercise), example=_whole(_SERVED.exercises(Wanted())[:1]), headers=("ETag",)
)
def list_exercises(query: Wanted) -> Response:
    """List the exercises of the catalogue: all, or those that fit every parameter."""
    return _published(_whole(_SERVED.exercises(query)))


@exercises.route("/<exercise_id>", methods=["GET"])
@exercises.open_to_all(PUBLIC)
@exercises.gives(200, schemas.Exercise(), example=_SERVED.exercises(Wanted())[0], headers=("ETag",))
def read_exercise(exercise_id: str) -> Response:
    """Show an exercise: what it asks of the body, its cue, its stop signs, the easier and the harder one."""
    return _published(_SERVED.exercise(exercise_id))


@knowledge.route("/facts", methods=["GET"])
@knowledge.open_to_all(PUBLIC)
@knowledge.gives(
    200, schemas.whole(schemas.FactDefinition), example=_whole(_SERVED.facts[:1]), headers=("ETag",)
)
def list_facts() -> Response:
    """List the fact vocabulary: what can be known of a patient, in which units and ranges, for how long."""
    return _published(_whole(_SERVED.facts))


@knowledge.route("/screens", methods=["GET"])
@knowledge.open_to_all(PUBLIC)
@knowledge.gives(200, schemas.whole(schemas.Screen), example=_whole(_SERVED.screens[:1]), headers=("ETag",))
def list_screens() -> Response:
    """List the screens: one honest answer of a clinician that stands for several facts."""
    return _published(_whole(_SERVED.screens))


@knowledge.route("/rules", methods=["GET"])
@knowledge.open_to_all(PUBLIC)
@knowledge.gives(200, schemas.whole(schemas.Rule), example=_whole(_SERVED.rules[:1]), headers=("ETag",))
def list_rules() -> Response:
    """List every rule, with its condition, its sources and how far it was verified and reviewed."""
    return _published(_whole(_SERVED.rules))


@knowledge.route("/rules/<rule_id>", methods=["GET"])
@knowledge.open_to_all(PUBLIC)
@knowledge.gives(200, schemas.Rule(), example=_SERVED.rules[0], headers=("ETag",))
def read_rule(rule_id: str) -> Response:
    """Show a rule."""
    return _published(_SERVED.rule(rule_id))


@knowledge.route("/citations", methods=["GET"])
@knowledge.open_to_all(PUBLIC)
@knowledge.gives(
    200, schemas.whole(schemas.SourceWithRules), example=_whole(_SERVED.citations[:1]), headers=("ETag",)
)
def list_citations() -> Response:
    """List the sources of the medicine, how much of each was really read, and the rules that rest on it."""
    return _published(_whole(_SERVED.citations))


@knowledge.route("/proof", methods=["GET"])
@knowledge.open_to_all(PUBLIC)
@knowledge.gives(
    200,
    proof.Proof(),
    example=_SERVED.proof
    | {
        "sha256": "0" * 64,
        "claims": _SERVED.proof["claims"][:2],
        "burdens": _SERVED.proof["burdens"][:1],
    },
    headers=("ETag",),
)
def read_proof() -> Response:
    """Give what was proved of the medicine over all rules and exercises, and what each rule takes away."""
    return _published(_SERVED.proof)


@meta.route("", methods=["GET"])
@meta.open_to_all("whoever integrates must be able to read what this is and is not for before having a token")
@meta.gives(
    200,
    about.Meta(),
    example={
        "api_version": openapi.API_VERSION,
        "knowledge": _SERVED.standing,
        "releases": [_SERVED.release.id],
        "limits": {"body_bytes": 1_048_576, "page_items": paging.GREATEST_LIMIT},
        "intended_use": INTENDED_USE,
        "review": REVIEW,
    },
)
def read_meta() -> dict[str, Any]:
    """Say which version answers, with which knowledge, within which limits and for which use."""
    return {
        "api_version": openapi.API_VERSION,
        "knowledge": _SERVED.standing,
        "releases": list(building().releases.ids),
        "limits": {"body_bytes": building().settings.body_limit_bytes, "page_items": paging.GREATEST_LIMIT},
        "intended_use": INTENDED_USE,
        "review": REVIEW,
    }


def _published(data: dict[str, Any]) -> Response:
    """The answer, which changes only with the release and with the version of this interface."""
    version = f"{openapi.API_VERSION}-{_SERVED.release.sha256[:32]}"
    return encoding.answer(data, headers={"Cache-Control": "no-cache", **preconditions.etag(version)})
