"""A handout in a real browser: readable when enlarged, on a phone and on paper, and for those who listen."""

import io

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe

from api.prescriptions.wording import Language
from tests.prescriptions.test_handouts import POINTS_OF_A_PAPER
from tests.prescriptions.wire import CYCLE, code, handout, moved, signed, tell

EVERYTHING = {
    "doses": {
        "frame": {"warm_up_minutes": 5, "cool_down_minutes": 5, "sit_minutes": 2},
        "aerobic": {"days_per_week": 3, "minutes": 8, "rpe_low": 10, "rpe_high": 11},
        "balance": {"days_per_week": 2, "minutes": 10, "level": "semi-tandem"},
        "flexibility": {"days_per_week": 3, "holds": 2, "hold_seconds": 15, "ankle_circles_daily": True},
    },
    "items": [
        {"part": "aerobic", "exercise_id": "walk-brisk", "note": "Donaudampfschifffahrtsgesellschaft" * 4},
        {"part": "aerobic", "exercise_id": CYCLE},
        {"part": "aerobic", "exercise_id": "claudication-walk"},
        {"part": "balance", "exercise_id": "semi-tandem", "from_week": 2},
        {"part": "flexibility", "exercise_id": "calf-stretch-towel"},
        {"part": "functional", "exercise_id": "neighbourhood-stroll-20"},
    ],
}


@pytest.fixture
def made(caller, patient, signer):
    """A signed prescription with much in it, of which one exercise is paused."""
    prescription = signed(caller, patient, signer, **EVERYTHING)
    tell(caller, patient, foot_drop="yes")
    return prescription


def overflow(page):
    """By how many pixels the page is wider than what is seen."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def flaws(page):
    """What axe finds against it, best practice included."""
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]


@pytest.mark.parametrize("language", Language)
def test_it_is_read_without_scrolling_sideways(caller, made, opened, language):
    answer = handout(caller, made, language=language.value)
    page = opened(answer, width=640)  # what 1280 pixels show at 200 %
    assert overflow(page) == 0
    page.set_viewport_size({"width": 320, "height": 600})
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")  # text alone
    assert overflow(page) == 0


@pytest.mark.parametrize("language", Language)
def test_axe_finds_nothing_against_it(caller, made, opened, language):
    answer = handout(caller, made, language=language.value)
    page = opened(answer)
    assert page.title()
    assert flaws(page) == []
    page.set_viewport_size({"width": 320, "height": 600})
    assert flaws(page) == []
    page.emulate_media(media="print", color_scheme="light", forced_colors="none")
    assert flaws(page) == []


def test_axe_finds_nothing_against_a_plan_that_does_not_count(caller, made, opened, signer):
    assert moved(caller, made, "stop", signer, reason="So.").status_code == 200
    assert flaws(opened(handout(caller, made))) == []


@pytest.mark.parametrize("language", Language)
def test_axe_finds_nothing_against_what_a_phone_shows(caller, anyone, made, opened, language):
    headers = {"Accept": "text/html", "Accept-Language": language.value}
    page = opened(anyone.get(f"/v1/verify/{code(caller, made)}", headers=headers), width=320, height=600)
    assert overflow(page) == 0
    assert flaws(page) == []


def test_its_style_is_let_through_by_its_own_policy(caller, made, opened):
    page = opened(handout(caller, made))
    assert page.evaluate("getComputedStyle(document.querySelector('.banner')).borderTopStyle") == "solid"


@pytest.mark.parametrize("paper", POINTS_OF_A_PAPER)
def test_it_prints_on_its_paper(caller, made, opened, paper):
    page = opened(handout(caller, made, paper=paper))
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    width, height = POINTS_OF_A_PAPER[paper]
    for one in printed.pages:
        assert abs(one.mediabox.width - width) <= 1
        assert abs(one.mediabox.height - height) <= 1
    text = " ".join(one.extract_text() for one in printed.pages)
    assert "Your exercise plan" in text
    assert "Is this sheet still valid?" in text


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_without_a_paper_it_prints_on_what_the_printer_has(caller, made, opened, paper):
    page = opened(handout(caller, made))
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(format=paper)))
    assert round(printed.pages[0].mediabox.width) in {595, 596, 612}
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 680, "height": 900})  # A4 between its margins
    assert overflow(page) == 0
