"""The staff of a clinic: those whom acts name."""

import pytest

from api.access import queries
from api.errors import Invalid

ADA = {"name": "Ada Rossi", "role": "physician", "may_sign": True}


def test_a_member_of_staff_is_registered_and_read(caller):
    made = caller.post("/v1/staff", json=ADA)
    assert made.status_code == 201
    assert made.json == ADA | {"id": made.json["id"], "active": True, "created_at": made.json["created_at"]}
    assert caller.get(made.headers["Location"]).json == made.json


def test_what_is_left_out_of_a_change_stays(caller):
    made = caller.post("/v1/staff", json=ADA)
    changed = caller.patch(made.headers["Location"], json={"active": False}, headers={"If-Match": '"1"'})
    assert changed.json == made.json | {"active": False}


BAD = {
    "no role": ({"name": "A"}, "/role", "required"),
    "an unknown role": (ADA | {"role": "wizard"}, "/role", "not-in-the-list"),
    "a role by its name": (ADA | {"role": "PHYSICIAN"}, "/role", "not-in-the-list"),
    "no name": ({"role": "nurse"}, "/name", "required"),
    "a null name": (ADA | {"name": None}, "/name", "null"),
    "a blank name": (ADA | {"name": " \t "}, "/name", "empty"),
    "a name of one control character": (ADA | {"name": "A\u0007"}, "/name", "control-character"),
    "a name of two lines": (ADA | {"name": "A\nB"}, "/name", "control-character"),
    "a long name": (ADA | {"name": "x" * 201}, "/name", "too-long"),
    "a name that is a number": (ADA | {"name": 7}, "/name", "not-a-text"),
    "a text for a truth value": (ADA | {"may_sign": "yes"}, "/may_sign", "not-a-boolean"),
    "one for a truth value": (ADA | {"may_sign": 1}, "/may_sign", "not-a-boolean"),
    "an unknown member": (ADA | {"id": "x"}, "/id", "unknown"),
}


@pytest.mark.parametrize(("body", "pointer", "code"), BAD.values(), ids=BAD.keys())
def test_a_bad_member_is_refused_with_its_pointer(caller, body, pointer, code):
    answer = caller.post("/v1/staff", json=body)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [(pointer, code)]


def test_a_name_is_trimmed(caller):
    assert caller.post("/v1/staff", json=ADA | {"name": "  Ada "}).json["name"] == "Ada"


def test_an_act_names_active_staff_of_its_clinic_only(clinic, other_clinic):
    signer, helper = clinic.practitioner(), clinic.practitioner(may_sign=False)
    stranger = other_clinic.practitioner()
    work = clinic.work()
    assert queries.named_practitioner(work, signer, signs=True).id == signer
    assert queries.named_practitioner(work, helper).id == helper
    for who, signs in ((helper, True), (stranger, False)):
        with pytest.raises(Invalid) as refusal:
            queries.named_practitioner(work, who, signs=signs)
        assert refusal.value.errors[0].pointer == "/practitioner_id"
    work.abandon()
