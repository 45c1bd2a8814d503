"""A value is of its type, or refused with a code."""

from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

import jsonschema_rs
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from werkzeug.datastructures import MultiDict

from api.errors import FieldError, Invalid, invalid
from api.web import encoding, fields, shapes


class Colour(StrEnum):
    RED = "red"
    BLUE_GREEN = "blue-green"


GOOD = [
    (fields.Integer(), 7, 7),
    (fields.Integer(least=0, most=10), 10, 10),
    (fields.Float(), 7, 7.0),
    (fields.Float(), 7.5, 7.5),
    (fields.Boolean(), False, False),
    (fields.Text(), " Zoë O'Neil ", "Zoë O'Neil"),
    (fields.Text(lines=True), "one\ntwo\tthree", "one\ntwo\tthree"),
    (fields.Text(pattern=r"[a-z]+"), "abc", "abc"),
    (fields.Date(), "2024-02-29", date(2024, 2, 29)),
    (fields.Instant(), "2026-11-20T09:00:00+01:00", datetime(2026, 11, 20, 8, tzinfo=UTC)),
    (fields.Instant(), "2026-11-20T09:00:00.25Z", datetime(2026, 11, 20, 9, 0, 0, 250_000, tzinfo=UTC)),
    (fields.Uuid(), "019A9C4E-8C1F-7D2A-9A55-0B6C4F2F7A10", UUID("019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10")),
    (fields.Closed(Colour), "blue-green", Colour.BLUE_GREEN),
    (fields.TimeZone(), "Europe/Rome", "Europe/Rome"),
    (fields.TimeZone(), "UTC", "UTC"),
    (fields.List(fields.Integer()), [1, 2], [1, 2]),
    (fields.Integer(allow_none=True), None, None),
]


@pytest.mark.parametrize(("field", "data", "value"), GOOD)
def test_a_good_value_is_read(field, data, value):
    read = field.deserialize(data)
    assert (read, type(read)) == (value, type(value))


BAD = [
    (fields.Integer(), [3.0, 3.7, "3", True, None, [], {}], None),
    (fields.Integer(least=0, most=10), [-1, 11], "out-of-range"),
    (fields.Float(), ["1", "1_000", True, []], "not-a-number"),
    (fields.Float(least=0.5), [0.4], "out-of-range"),
    (fields.Float(most=0.5), [0.6], "out-of-range"),
    (fields.Boolean(), ["yes", "true", 1, 0, "on"], "not-a-boolean"),
    (fields.Text(), [1, True, [], {}], "not-a-text"),
    (fields.Text(), ["", " ", "\n", "\u00a0"], "empty"),
    (fields.Text(most=3), ["abcd"], "too-long"),
    (fields.Text(), ["a\u0000b", "a\u0007b", "a\nb", "a\u0085b", "a\u007fb"], "control-character"),
    (fields.Text(lines=True), ["a\u0000b", "a\u000bb"], "control-character"),
    (fields.Text(pattern=r"[a-z]+"), ["abC", "abc1"], "wrong-form"),
    (
        fields.Date(),
        ["20260102", "2026-1-2", "2026-02-30", "2026-01-02T00:00:00Z", 20260102, "2026-W01-1"],
        "not-a-date",
    ),
    (
        fields.Instant(),
        ["2026-11-20", "2026-11-20 09:00:00Z", "2026-13-20T09:00:00Z", "now", 1, "20261120T090000Z"],
        "not-an-instant",
    ),
    (
        fields.Instant(),
        ["2026-11-20T25:00:00Z", "2026-11-20T09:00:00+25:00", "0001-01-01T00:00:00+10:00"],
        "not-an-instant",
    ),
    (fields.Instant(), ["2026-11-20T09:00:00", "2026-11-20T09:00:00.5"], "no-offset"),
    (
        fields.Uuid(),
        ["x", "{019a9c4e-8c1f-7d2a-9a55-0b6c4f2f7a10}", "019a9c4e8c1f7d2a9a550b6c4f2f7a10", 7],
        "not-a-uuid",
    ),
    (fields.Closed(Colour), ["RED", "green", 1, None, []], None),
    (fields.TimeZone(), ["GMT+4", "UTC+4", "Etc/GMT+4", "+04:00", "GMT-10"], "fixed-offset"),
    (
        fields.TimeZone(),
        ["Rome", "europe/rome", "posix/Europe/Rome", "localtime", 4, "../etc/passwd"],
        "not-a-time-zone",
    ),
    (fields.TimeZone(), ["EST", "CEST", "EST5EDT", "GMT"], "abbreviation"),
    (fields.List(fields.Integer()), ["12", {"0": 1}, 1], "invalid"),
    (fields.List(fields.Integer(), least=1, most=2), [[], [1, 2, 3]], "wrong-number"),
]


@pytest.mark.parametrize(
    ("field", "data", "code"), [(field, data, code) for field, several, code in BAD for data in several]
)
def test_a_bad_value_is_refused_with_its_code(field, data, code):
    with pytest.raises(ValidationError) as refusal:
        field.deserialize(data)
    (message,) = refusal.value.messages
    assert message.endswith(".")
    assert code is None or message.code == code


def test_a_fixed_offset_is_refused_with_a_hint():
    with pytest.raises(ValidationError, match="Europe/Rome"):
        fields.TimeZone().deserialize("GMT+4")


@given(st.text(max_size=20))
def test_a_text_is_read_exactly_if_its_schema_takes_it(text):
    field = fields.Text(most=20)
    schema = jsonschema_rs.Draft202012Validator(field.json_schema())
    try:
        field.deserialize(text)
        taken = True
    except ValidationError:
        taken = False
    if schema.is_valid(text):
        assert taken
    elif taken:
        assert text != text.strip()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18) + 1, 10**18 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text().filter(lambda text: "\x00" not in text),
    lambda inner: st.lists(inner) | st.dictionaries(st.text().filter(lambda text: "\x00" not in text), inner),
)


@given(JSON)
def test_what_is_written_is_read_again(value):
    assert encoding.read(orjson.dumps(value)) == value


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from(['"a":1', "1", '"x"', "[]", '"\\n"'])), max_size=4
    )
)
def test_an_object_is_refused_exactly_if_a_name_is_there_twice(members):
    members = [(name, value) for name, value in members if ":" not in value]
    raw = "{" + ",".join(f'"{name}":{value}' for name, value in members) + "}"
    names = [name for name, _ in members]
    try:
        encoding.read(raw.encode())
        refused = False
    except Exception:  # noqa: BLE001 whatever refuses
        refused = True
    assert refused == (len(set(names)) != len(names))


class Inner(shapes.Body):
    number = fields.Integer(required=True)


def decode(data):
    if data == "bad":
        raise Invalid(
            "2 values are wrong.",
            errors=[
                FieldError(pointer="/a/0", detail="One.", code="one"),
                FieldError(pointer="", detail="Two.", code="two"),
            ],
        )
    return data.upper()


class Outer(shapes.Body):
    inner = fields.Nested(Inner)
    several = fields.List(fields.Nested(Inner))
    made_elsewhere = shapes.Documented("Elsewhere", {"type": "string"}, decode=decode)


def faults(data):
    with pytest.raises(Invalid) as refusal:
        shapes.load(Outer(), data)
    return {(error.pointer, error.code) for error in refusal.value.errors}


def test_faults_are_pointed_at_however_deep():
    assert faults(
        {
            "inner": {"number": "x"},
            "several": [{"number": 1}, {"no": 1}, 7],
            "made_elsewhere": "bad",
            "a/b": 1,
        }
    ) == {
        ("/inner/number", "not-an-integer"),
        ("/several/1/number", "required"),
        ("/several/1/no", "unknown"),
        ("/several/2", "type"),
        ("/made_elsewhere/a/0", "one"),
        ("/made_elsewhere", "two"),
        ("/a~1b", "unknown"),
    }


def test_a_decoder_of_its_own_gives_the_value():
    assert shapes.load(Outer(), {"made_elsewhere": "ok"}) == {"made_elsewhere": "OK"}
    assert shapes.load(shapes.Documented("Elsewhere", {}, decode=decode), "ok") == "OK"


def test_a_view_that_lacks_a_field_is_not_an_answer():
    class Thing(shapes.View):
        name = fields.Text()
        unit = fields.Text(allow_none=True)

    assert Thing().dump({"name": "a", "unit": None}) == {"name": "a", "unit": None}
    with pytest.raises(LookupError, match="unit"):
        Thing().dump({"name": "a"})


def test_a_query_is_read_from_text():
    class Asked(shapes.Query):
        number = fields.Integer()
        share = fields.Float()
        flag = fields.Boolean()
        moment = fields.Instant()
        colours = fields.List(fields.Closed(Colour))

    asked = MultiDict(
        [
            ("number", "3"),
            ("share", "0.5"),
            ("flag", "true"),
            ("moment", "2026-11-20T09:00:00 01:00"),
            ("colours", "red"),
            ("colours", "blue-green"),
        ]
    )
    assert Asked().read(asked) == {
        "number": 3,
        "share": 0.5,
        "flag": True,
        "moment": datetime(2026, 11, 20, 8, tzinfo=UTC),
        "colours": [Colour.RED, Colour.BLUE_GREEN],
    }


def test_a_single_fault_is_quickly_said():
    assert invalid("/x", "No.", "no").errors == (FieldError(pointer="/x", detail="No.", code="no"),)
