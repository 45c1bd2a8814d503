"""The report of the clinician, in a real browser and as a PDF."""

import io
import re
from datetime import timedelta
from html import unescape

import pypdf
import pytest
from axe_playwright_python.sync_playwright import Axe

from api.adherence.charts import printed
from api.adherence.charts.report import report
from api.web.pages import Paper, answered
from tests.adherence import strips
from tests.adherence.outcomes_wire import reading, recorded
from tests.prescriptions.wire import CYCLE, WALK, on_file, signed
from tests.sessions.wire import ago, sent

A_NAME = {"given": ["Anna *bold* #panic()"], "family": "<b>Muñoz</b> & Söhne"}
PRIVATE = {"Cache-Control": "no-store"}
EMERGENCY = {"symptoms": ["chest-pain"]}


@pytest.fixture
def caller(clock, lasting):
    """A client of the clinic, at noon of tomorrow: an hour ago is the same day for everybody."""
    clock.now = clock.now.replace(hour=11, minute=0, second=0) + timedelta(days=1)
    return lasting


@pytest.fixture
def patient(caller):
    return on_file(caller)


@pytest.fixture
def treated(caller, patient, signer):
    """The address of a patient with a plan, a session that was done and one that pain prevented."""
    made = signed(caller, patient, signer, WALK, CYCLE)
    done = {"prescription_id": made["id"], "items": [{"exercise_id": "semi-tandem", "minutes": 8}]}
    sent(caller, patient, **done, **EMERGENCY)
    skipped = {"status": "skipped", "skip_reason": "pain", "prescription_id": made["id"], "rpe": None}
    sent(caller, patient, performed_at=ago(minutes=5), items=None, duration_min=None, **skipped)
    return patient


@pytest.fixture
def shown(app):
    """The page of the fixed weeks, as the service answers with it."""
    given = strips.given()
    with app.test_request_context():
        return answered(printed.page(report(given), given.strip, paper=None), headers=PRIVATE)


def asked(caller, patient, **query):
    answer = caller.get(f"{patient}/adherence/report", query_string=query)
    assert answer.status_code == 200, answer.text
    return answer


def told(answer):
    """The text of a page, without its tags."""
    body = answer.text.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def text_of(answer):
    assert answer.mimetype == "application/pdf"
    pages = pypdf.PdfReader(io.BytesIO(answer.data)).pages
    return " ".join(" ".join(one.extract_text() for one in pages).split())


def overflow(page):
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def flaws(page):
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]]


def test_it_says_who_when_and_how_much(caller, treated):
    said = told(asked(caller, treated))
    for sentence in [
        "Adherence report",
        "9 Mar 1964",
        treated.rpartition("/")[2],
        "Prescription signed by Giulia Conti",
        "Attendance and dose, by part of the plan",
        "Not reported is not the same as not done",
        "a clinical finding, not a lack of motivation",
        "80 % is a convention, not an evidence-based limit.",
        "no clinician has reviewed them yet",
        "rep-chest-pain",
        "emergency",
        "Revisions in force",
        "Aerobic 3 sessions of 8 min",
    ]:
        assert sentence in said


def test_every_number_leads_to_the_sessions_behind_it(caller, treated):
    links = [unescape(one) for one in re.findall(r'<a href="([^"]+)"', asked(caller, treated).text)]
    assert links
    for link in sorted(set(links)):
        assert link.startswith("/v1/")
        assert caller.get(link).status_code == 200, link
    (missed,) = {one for one in links if "declared-missed" in one and "line=all" in one}
    (found,) = caller.get(missed).json["items"]
    assert '"skip_reason":"pain"' in caller.get(found["hrefs"][0]).text


def test_from_the_panel_to_a_session_with_links_alone(caller, treated):
    panel = caller.get("/v1/adherence", query_string={"prescribed": "false"}).json["items"]
    panel += caller.get("/v1/adherence").json["items"]
    (row,) = [one for one in panel if one["patient_id"] == treated.rpartition("/")[2]]
    page = caller.get(row["links"]["report"])
    assert page.status_code == 200
    behind = next(one for one in re.findall(r'<a href="([^"]+)"', page.text) if "adherence/sessions" in one)
    items = caller.get(unescape(behind)).json["items"]
    assert caller.get(items[0]["hrefs"][0]).status_code == 200


def test_outcomes_stand_beside_it(caller, treated):
    recorded(caller, treated, reading("six-minute-walk", 400), days=40)
    recorded(caller, treated, reading("six-minute-walk", 440))
    said = told(asked(caller, treated))
    assert "6-minute walk" in said
    assert "better. The change is as large as" in said


def test_without_a_prescription_it_says_so_and_counts_nothing(caller, patient):
    said = told(asked(caller, patient))
    assert "No prescription was in force in these days, so nothing was due." in said
    assert "Attendance and dose" not in said
    assert not re.search(r"\b(?:0|100) %", said)


def test_of_another_clinic_there_is_none(clinic, other_clinic):
    patient = on_file(clinic.caller())
    for one in ("adherence/report", "adherence.svg", "adherence.csv"):
        assert other_clinic.caller().get(f"{patient}/{one}").status_code == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"from": "2026-01-02", "to": "2026-01-01"}, "reversed"),
        ({"to": "2999-01-01"}, "in-future"),
        ({"from": "2020-01-01", "to": "2026-01-01"}, "too-long"),
    ],
)
@pytest.mark.parametrize("what", ["adherence/report", "adherence.svg", "adherence.csv"])
def test_a_window_that_cannot_be_is_refused(caller, patient, what, query, code):
    answer = caller.get(f"{patient}/{what}", query_string=query)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["code"] == code


@pytest.mark.parametrize("query", ["to=0001-01-01", "from=0001-01-01&to=0001-01-02"])
@pytest.mark.parametrize("what", ["adherence", "adherence/report", "adherence.svg", "outcomes"])
def test_a_window_at_the_beginning_of_the_calendar_is_empty(caller, patient, what, query):
    assert caller.get(f"{patient}/{what}?{query}").status_code == 200


def test_what_people_wrote_is_never_markup(caller, treated):
    etag = caller.get(treated).headers["ETag"]
    answer = caller.patch(treated, json={"name": A_NAME}, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    page = asked(caller, treated)
    assert "<b>" not in page.text
    assert "Anna *bold* #panic() <b>Muñoz</b> & Söhne" in told(page)
    drawn = text_of(asked(caller, treated, format="pdf")).replace(" ", "")
    assert "Anna*bold*#panic()<b>Muñoz</b>&Söhne" in drawn


def test_a_page_runs_nothing_and_fetches_nothing(caller, treated):
    answer = asked(caller, treated)
    assert "<script" not in answer.text
    assert not re.findall(r"\s(?:style|on\w+)=", answer.text)
    assert not re.findall(r"(?:src|@import|url\((?!#))", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_pdf_says_what_the_page_says_and_is_tagged(caller, treated):
    answer = asked(caller, treated, format="pdf")
    root = pypdf.PdfReader(io.BytesIO(answer.data)).trailer["/Root"]
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    said = text_of(answer)
    for sentence in ["Adherence report", "Giulia Conti", "rep-chest-pain", "pain", "80 % is a convention"]:
        assert sentence in said


def test_the_links_of_a_pdf_name_the_service(caller, treated, settings):
    pages = pypdf.PdfReader(io.BytesIO(asked(caller, treated, format="pdf").data)).pages
    links = {note["/A"]["/URI"] for page in pages for note in page.get("/Annots", ()) if "/A" in note}
    assert links
    assert all(one.startswith(f"{settings.issuer}/v1/") for one in links)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_a_pdf_is_on_the_paper_that_is_asked_for(caller, patient, paper, size):
    found = pypdf.PdfReader(io.BytesIO(asked(caller, patient, format="pdf", paper=paper).data))
    assert {(round(one.mediabox.width), round(one.mediabox.height)) for one in found.pages} == {size}


def test_it_is_read_in_few_statements(caller, treated, statements):
    with statements.at_most(11):
        asked(caller, treated)


def test_axe_finds_nothing_against_it(shown, opened):
    page = opened(shown)
    assert page.title() == "Adherence report: Anna Rossi"
    assert flaws(page) == []
    page.set_viewport_size({"width": 320, "height": 600})
    assert flaws(page) == []
    page.emulate_media(media="print")
    assert flaws(page) == []


def test_axe_finds_nothing_against_one_without_a_prescription(caller, patient, opened):
    assert flaws(opened(asked(caller, patient))) == []


def test_it_is_read_without_scrolling_sideways(shown, opened):
    page = opened(shown, width=640)  # what 1280 pixels show at 200 %
    assert overflow(page) == 0
    page.set_viewport_size({"width": 320, "height": 600})
    assert overflow(page) == 0
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")  # text alone
    assert overflow(page) == 0


@pytest.mark.parametrize("paper", Paper)
def test_it_prints_on_its_paper(app, opened, paper):
    given = strips.given()
    with app.test_request_context():
        answer = answered(printed.page(report(given), given.strip, paper=paper), headers=PRIVATE)
    made = pypdf.PdfReader(io.BytesIO(opened(answer).pdf(prefer_css_page_size=True)))
    widths = {Paper.A4: 595, Paper.LETTER: 612}
    assert abs(made.pages[0].mediabox.width - widths[paper]) <= 1
    assert "Attendance and dose" in " ".join(one.extract_text() for one in made.pages)
