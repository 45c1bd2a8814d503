"""Adherence as a strip of weeks, and as tables for a spreadsheet."""

import csv
import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from flask import Response
from PIL import Image

from api.adherence.charts import sheets
from api.adherence.charts.drawing import svg
from api.adherence.charts.look import BANDS, LEVELS
from api.adherence.charts.strip import strip
from api.clinical.adherence import Band
from api.clinical.plan_versions import Pause, PauseKind
from tests.adherence import strips
from tests.adherence.wire import adherence, days, reported, today

FORMULA = '=HYPERLINK("http://x.test","+1")'
SVG = "{http://www.w3.org/2000/svg}"
APART = 12
"""How far the grey of two textures is apart at least, from 0 to 255."""


@pytest.fixture
def told(lasting, patient, plan, past, signer):
    """Three weeks: all done, some missed for pain, silence; the clock stands after them."""
    first = today(past)
    past.forward(days=20)
    for day in days(first, 5):
        reported(lasting, patient, plan, day)
    for day in days(first + timedelta(days=7), 2):
        reported(lasting, patient, plan, day)
    for day in days(first + timedelta(days=9), 3):
        reported(lasting, patient, plan, day, status="skipped", skip_reason="pain")
    return first


def drawn(caller, patient, **query):
    answer = caller.get(f"{patient}/adherence.svg", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "image/svg+xml"
    return answer.text


def rows(caller, patient, **query):
    answer = caller.get(f"{patient}/adherence.csv", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="adherence-')
    text = answer.data.decode("utf-8")
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_strip_has_a_text_for_those_who_do_not_see_it(lasting, patient, told):
    root = ET.fromstring(drawn(lasting, patient, **{"from": told, "to": told + timedelta(days=20)}))
    assert root.get("role") == "img"
    assert root.get("lang") == "en"
    names = {one.get("id"): one.text for one in root if one.tag in {f"{SVG}title", f"{SVG}desc"}}
    assert root.get("aria-labelledby").split() == list(names)
    title, said = names.values()
    assert title.startswith("Adherence, ")
    assert "Aerobic, weeks: 1 met, 1 low, 1 not reported." in said
    assert "Attendance between 46.7 %, if no unreported session was done, and 80 %, if all were;" in said
    assert "Pain before sessions from 0 to 10, weekly median: always 3." in said


def test_the_strip_runs_nothing_and_has_no_style_that_a_policy_would_drop(lasting, patient, told):
    text = drawn(lasting, patient)
    assert not re.findall(r"<(?:script|style|foreignObject|image)\b|\s(?:on\w+|style)=", text)
    assert all(one.startswith("#") for one in re.findall(r'href="([^"]*)"', text))


def test_the_strip_names_nobody(lasting, patient):
    etag = lasting.get(patient).headers["ETag"]
    lasting.patch(patient, json={"name": {"family": "Rossi <&>"}}, headers={"If-Match": etag})
    text = drawn(lasting, patient)
    assert "Rossi" not in text
    assert patient.rpartition("/")[2] not in text


def test_the_same_weeks_are_the_same_bytes_from_every_thread():
    given = strips.everything()
    with ThreadPoolExecutor(4) as threads:
        files = set(threads.map(lambda _: svg(given), range(4)))
    assert len(files) == 1


def test_days_without_a_prescription_are_an_empty_strip_that_says_why(lasting, patient):
    text = drawn(lasting, patient)
    assert text.count("No prescription was in force in these days, so nothing was due.") == 2
    assert "cell-" not in text


def test_weeks_that_are_all_paused_are_neither_none_nor_all():
    paused = Pause(first=strips.FIRST, last=None, kind=PauseKind.MEDICAL)
    given = strip(strips.page(pauses=(paused,)), strips.pain(), met_percent=80)
    assert "Attendance: none, paused." in given.described
    bands = set(re.findall(r"cell-all-\d+-([a-z-]+)", svg(given)))
    assert bands == {"paused"}


def test_nobody_is_low_because_nobody_reported():
    silent = strip(strips.page(pauses=(), sessions=()), [], met_percent=80)
    assert set(re.findall(r"cell-all-\d+-([a-z-]+)", svg(silent))) == {"not-reported"}


@pytest.mark.parametrize("length", [1, 6, 365])
def test_short_and_long_windows_are_drawn(length):
    page = strips.page(last=strips.FIRST + timedelta(days=length))
    ET.fromstring(svg(strip(page, [], met_percent=80)))


def test_every_band_and_level_has_its_own_letter_and_shape():
    for looks in (BANDS, LEVELS):
        assert len({one.letter for one in looks.values()}) == len(looks)
    assert set(BANDS) == set(Band)
    assert len({(one.hatch, one.line) for one in BANDS.values()}) == len(BANDS)
    assert len({(one.marker, one.filled) for one in LEVELS.values()}) == len(LEVELS)


@pytest.fixture
def seen(opened):
    """The fixed weeks in a real browser."""
    return opened(Response(svg(strips.everything()), content_type="image/svg+xml"), width=1400, height=900)


def box(page, name):
    return page.locator(f"[id='{name}']").bounding_box()


def grey(page, band):
    """Shade and roughness of a cell in grey, left of its letter."""
    found = page.locator(f"[id$='-{band}']").first.bounding_box()
    clip = {
        "x": found["x"] + 3,
        "y": found["y"] + 3,
        "width": found["width"] / 3 - 3,
        "height": found["height"] - 6,
    }
    with Image.open(io.BytesIO(page.screenshot(clip=clip))) as shot:
        pixels = np.asarray(shot.convert("L"), dtype=float)
    return np.array([pixels.mean(), pixels.std()])


def test_the_bands_are_told_apart_in_grey(seen):
    """By their shade or texture as a browser paints them, and not against a stored picture.

    That would differ with every set of fonts and every version of the browser.
    """
    textures = {band: grey(seen, band) for band in Band}
    for one, other in combinations(Band, 2):
        assert np.abs(textures[one] - textures[other]).max() >= APART, textures


def test_everything_stands_on_the_same_days(seen):
    for place in (0, 5, 11):
        columns = [
            one for one in seen.locator("[id^='cell-']").all() if f"-{place}-" in one.get_attribute("id")
        ]
        edges = {(round(one["x"]), round(one["width"])) for one in (each.bounding_box() for each in columns)}
        assert len(columns) > 1
        assert len(edges) == 1
    week = box(seen, "cell-all-5-low")
    for day, level, _ in strips.EVENTS[2:3]:
        mark = box(seen, f"mark-{level}-{strips.FIRST + timedelta(days=day)}")
        assert week["x"] <= mark["x"] <= week["x"] + week["width"]


def test_the_drawing_fills_its_frame_and_leaves_nothing_out(seen):
    frame = seen.locator("svg").first.bounding_box()
    for one in seen.locator("text").all():
        text = one.bounding_box()
        assert text["x"] >= frame["x"] - 1, one.text_content()
        assert text["x"] + text["width"] <= frame["x"] + frame["width"] + 1, one.text_content()


def test_weeks_as_csv_say_what_the_answer_says(lasting, patient, told):
    window = {"from": told, "to": told + timedelta(days=20)}
    found = rows(lasting, patient, **window)
    assert list(found[0]) == list(sheets.WEEKS)
    assert [(one["line"], one["band"]) for one in found] == [
        (line, band) for band in ("met", "low", "not-reported") for line in ("aerobic", "all")
    ]
    shown = adherence(lasting, patient, from_=told, to=told + timedelta(days=20))
    for week, row in zip(shown["periods"], found[1::2], strict=True):
        (numbers,) = [one for one in week["numbers"] if one["line"] == "all"]
        assert float(row["expected"]) == numbers["expected"]
        assert float(row["unreported"]) == numbers["words"]["unreported"]
        for name in ("lower", "upper", "projected"):
            assert row[f"{name}_percent"] == (
                "" if numbers[name]["percent"] is None else str(numbers[name]["percent"])
            )
            assert row[f"{name}_reason"] == (numbers[name]["reason"] or "")


def test_sessions_as_csv_are_one_row_an_exercise(lasting, patient, plan, told, past):
    day = today(past)
    items = [
        {"exercise_id": "recumbent-cycle-easy", "minutes": 20},
        {"exercise_id": "calf-stretch-towel", "sets": 2},
    ]
    reported(lasting, patient, plan, day, items=items, source_record_id='a,"b"')
    found = rows(lasting, patient, rows="sessions", **{"from": told})
    assert list(found[0]) == list(sheets.SESSIONS)
    assert len(found) == 12
    *_, cycled, stretched = found
    assert (cycled["line"], cycled["minutes"], cycled["counted_as"]) == ("aerobic", "20", "done")
    assert (stretched["line"], stretched["sets"], stretched["counted_as"]) == ("flexibility", "2", "")
    assert cycled["id"] == stretched["id"]
    assert cycled["source_record_id"] == 'a,"b"'
    skipped = [one for one in found if one["status"] == "skipped"]
    assert {(one["skip_reason"], one["counted_as"], one["line"]) for one in skipped} == {
        ("pain", "declared-missed", "aerobic")
    }


@pytest.mark.parametrize("text", [FORMULA, "+1", "-1", "@SUM(A1)"])
def test_no_text_becomes_a_formula(lasting, patient, plan, past, text):
    reported(lasting, patient, plan, today(past), source=text, source_record_id=text)
    *_, row = rows(lasting, patient, rows="sessions")
    assert row["source"] == row["source_record_id"] == f"'{text}"


def test_without_a_prescription_there_are_columns_and_no_rows(lasting, patient):
    for kind in ("weeks", "sessions"):
        assert rows(lasting, patient, rows=kind) == []


def test_a_chart_is_read_in_few_statements(lasting, patient, told, statements):
    for address in ("adherence.svg", "adherence.csv?rows=sessions"):
        with statements.at_most(4):
            assert lasting.get(f"{patient}/{address}").status_code == 200
