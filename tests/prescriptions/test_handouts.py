"""What a patient takes home."""

import io
import re
from html import unescape

import pypdf
import pytest
from sqlalchemy import func, select

from api.database.audit import AuditEvent
from api.prescriptions.handouts import queries
from api.prescriptions.handouts.contents import sheet
from api.prescriptions.handouts.page import page
from api.prescriptions.standing import check_now
from api.prescriptions.wording import Language
from tests.prescriptions.wire import (
    CYCLE,
    WALK,
    address,
    code,
    content,
    drafted,
    handout,
    moved,
    on_file,
    redraft,
    sign,
    signed,
    tell,
)

A_NAME = {"given": ["Anna *bold* #panic()"], "family": "<b>Muñoz</b> & Söhne"}
BRISK = "walk-brisk"
NOTE = "Hold on. #sys.inputs <script>alert(1)</script> *now* $x$ \\ `raw`"
POINTS_OF_A_PAPER = {"a4": (595, 842), "letter": (612, 792)}


@pytest.fixture
def made(caller, patient, signer):
    """A signed prescription of a walk and of cycling."""
    return signed(caller, patient, signer, WALK, CYCLE)


def told(answer):
    """The text of a page, without its tags."""
    assert answer.status_code == 200, answer.text
    body = answer.text.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def change(caller, patient, **members):
    etag = caller.get(patient).headers["ETag"]
    assert caller.patch(patient, json=members, headers={"If-Match": etag}).status_code == 200


def read(answer):
    assert answer.status_code == 200, answer.text
    assert answer.mimetype == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.data))


def text_of(answer):
    return " ".join(" ".join(one.extract_text() for one in read(answer).pages).split())


def test_it_says_what_to_do_when_to_stop_and_whom_to_call(caller, made):
    said = told(handout(caller, made))
    for sentence in [
        "Your exercise plan",
        "3 days a week, 8 minutes each time.",
        "Effort 10 to 11 on the scale from 6 (rest) to 20",
        "light. You could still sing.",
        "Walking, moderate",
        "Warm up for 5 minutes, easily.",
        "Look at both feet: the soles, the heels, between the toes.",
        "Look at both feet again.",
        "Call your local emergency number now",
        "Pain or pressure in the chest, an arm or the jaw",
        "Questions, and signs for today: Here.",
        "Signed by Giulia Conti",
        "no clinician has reviewed them yet",
        f"1 ({made['signed']['sha256'][:8]})",
        "Valid until your clinic changes it",
    ]:
        assert sentence in said


def test_it_names_the_patient_and_what_the_clinic_noted(caller, patient, signer):
    change(caller, patient, name={"given": ["Anna"], "family": "Conti"})
    items = [{"part": "aerobic", "exercise_id": WALK, "note": "In the park.", "from_week": 2}]
    said = told(handout(caller, signed(caller, patient, signer, items=items)))
    assert "Anna Conti" in said
    assert "From your clinic: In the park." in said
    assert "Begins in week 2." in said


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Your exercise plan"),
        ("es", "Su plan de ejercicio"),
        ("de", "Ihr Übungsplan"),
    ],
)
@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_it_is_in_the_language_that_is_asked_for(caller, made, language, sentence, kind):
    answer = handout(caller, made, language=language, format=kind)
    assert answer.headers["Content-Language"] == language
    if kind == "pdf":
        assert read(answer).trailer["/Root"]["/Lang"] == language
        assert sentence in text_of(answer)
    else:
        assert f'<html lang="{language}">' in answer.text
        assert sentence in told(answer)


@pytest.mark.parametrize(("tag", "language"), [("de-CH", "de"), ("it", "en")])
def test_without_being_asked_it_is_in_the_patients_language(caller, signer, patient, tag, language):
    change(caller, patient, language=tag)
    answer = handout(caller, signed(caller, patient, signer, WALK))
    assert answer.headers["Content-Language"] == language


@pytest.mark.parametrize(
    ("accept", "mimetype"),
    [
        ("*/*", "text/html"),
        ("text/html", "text/html"),
        ("application/pdf", "application/pdf"),
        ("application/pdf, text/html;q=0.5", "application/pdf"),
        ("application/json", "text/html"),
    ],
)
def test_accept_decides_where_no_format_is_asked_for(caller, made, accept, mimetype):
    assert caller.get(f"{address(made)}/handout", headers={"Accept": accept}).mimetype == mimetype


@pytest.mark.parametrize("paper", POINTS_OF_A_PAPER)
def test_a_pdf_is_on_the_paper_that_is_asked_for(caller, made, paper):
    found = read(handout(caller, made, format="pdf", paper=paper))
    sizes = {(round(one.mediabox.width), round(one.mediabox.height)) for one in found.pages}
    assert sizes == {POINTS_OF_A_PAPER[paper]}


def test_a_pdf_is_tagged_and_titled_for_those_who_listen_to_it(caller, made):
    root = read(handout(caller, made, format="pdf")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part" in root["/Metadata"].get_data()


def test_a_pdf_says_what_the_page_says(caller, made):
    said = text_of(handout(caller, made, format="pdf"))
    for sentence in ["3 days a week, 8 minutes each time.", "Out of breath at rest", "Giulia Conti"]:
        assert sentence in said
    assert code(caller, made) in said.replace(" ", "")


def test_what_people_wrote_is_never_markup(caller, patient, signer):
    change(caller, patient, name=A_NAME)
    items = [{"part": "aerobic", "exercise_id": WALK, "note": NOTE}]
    prescription = signed(caller, patient, signer, items=items)
    shown = handout(caller, prescription)
    assert "<script" not in shown.text
    assert "<b>" not in shown.text
    assert NOTE in told(shown)
    drawn = text_of(handout(caller, prescription, format="pdf")).replace(" ", "")
    assert NOTE.replace(" ", "") in drawn
    assert "<b>Muñoz</b>&Söhne" in drawn


def test_a_name_for_which_there_is_no_font_still_gets_a_pdf(caller, patient, signer):
    change(caller, patient, name={"family": "\U00012000\U0001f9b6"})
    made = signed(caller, patient, signer, WALK)
    assert read(handout(caller, made, format="pdf")).trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_a_page_runs_nothing_and_fetches_nothing(caller, made):
    answer = handout(caller, made)
    assert "script" not in answer.text
    assert not re.findall(r"(?:src|href|url|@import)\s*[=(]", answer.text)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["Cache-Control"] == "no-store"


def test_what_is_paused_is_not_to_be_done_and_says_why(caller, patient, signer):
    made = signed(caller, patient, signer, BRISK, CYCLE)
    assert "Walking, brisk" in told(handout(caller, made)).partition("What to do")[2]
    tell(caller, patient, foot_drop="yes")
    said = told(handout(caller, made))
    before, _, after = said.partition("What to do")
    assert "Part of this plan is paused" in before
    assert "Walking, brisk" in before
    assert "Your foot drops when you walk" in before
    assert "Walking, brisk" not in after
    assert "backrest" in after
    assert "Your foot drops when you walk" in text_of(handout(caller, made, format="pdf"))


def test_what_the_check_of_now_forbids_is_not_to_be_done_whatever_was_kept(clinic, caller, patient, made):
    work = clinic.work()
    kept = queries.signed(work, made["id"])
    work.abandon()
    tell(caller, patient, foot_ulcer_left="active")
    work = clinic.work()
    now = check_now(work, kept.prescription.patient_id).judged
    work.abandon()
    shown = sheet(kept, now, language=Language.EN, issuer="http://localhost")
    assert kept.validity == "current"
    assert shown.banner[0] == "This plan is paused"
    assert "What to do" not in [one.title for one in shown.sections]


@pytest.mark.parametrize(
    ("move", "banner"),
    [
        ("hold", "This plan is on hold"),
        ("stop", "This plan was stopped"),
        ("complete", "This plan was stopped"),
    ],
)
def test_a_plan_that_does_not_count_says_so_first_and_asks_for_nothing(caller, signer, made, move, banner):
    assert moved(caller, made, move, signer, reason="So.").status_code == 200
    said = told(handout(caller, made))
    assert said.index(banner) < said.index("Signed by")
    assert "What to do" not in said
    assert "Walking" not in said
    assert "Call your local emergency number now" in said


def test_a_plan_that_may_not_be_done_at_all_is_paused(caller, patient, made):
    tell(caller, patient, foot_ulcer_left="active")
    said = told(handout(caller, made))
    assert "This plan is paused" in said
    assert "What to do" not in said


def test_a_plan_that_has_ended_says_so(clock, lasting, signer):
    patient = on_file(lasting)
    ends = clock.now.date().isoformat()
    made = signed(lasting, patient, signer, WALK, ends_on=ends)
    assert "Your exercise plan" in told(handout(lasting, made))
    clock.forward(days=2)
    said = told(handout(lasting, made))
    assert "This plan has ended" in said
    assert "What to do" not in said


def test_a_plan_that_has_not_begun_says_when_it_does(clock, lasting, signer):
    patient = on_file(lasting)
    clock.forward(seconds=1)
    begins = (clock.now.date().replace(day=1, year=clock.now.year + 1)).isoformat()
    said = told(handout(lasting, signed(lasting, patient, signer, WALK, effective_from=begins)))
    assert "This plan has not begun" in said
    assert "Walking, moderate" in said


def test_it_shows_the_revision_that_is_in_effect_and_its_code(caller, signer, made):
    first = code(caller, made)
    assert code(caller, made) == first
    redraft(caller, made, content(CYCLE, reason="No walks."))
    assert code(caller, made) == first
    assert sign(caller, caller.get(address(made)).json, signer).status_code == 200
    said = told(handout(caller, made))
    assert "Walking" not in said
    assert f"2 ({caller.get(address(made)).json['signed']['sha256'][:8]})" in said
    assert code(caller, made) != first


def test_only_what_is_signed_is_handed_out(caller, patient):
    refused = handout(caller, drafted(caller, patient))
    assert refused.status_code == 409
    assert refused.json["detail"] == "There is no handout: nothing of this prescription is signed."


def test_a_handout_changes_nothing(clinic, caller, made):
    def acts():
        work = clinic.work()
        counted = work.db.scalar(select(func.count()).where(AuditEvent.clinic_id == clinic.id))
        work.abandon()
        return counted

    before, prescription = acts(), caller.get(address(made)).json
    handout(caller, made)
    handout(caller, made, format="pdf")
    assert acts() == before
    assert caller.get(address(made)).json == prescription


def test_a_table_shows_only_columns_that_say_something(caller, patient, signer):
    items = [{"part": "balance", "exercise_id": "tai-chi-seated"}]
    shown = handout(caller, signed(caller, patient, signer, items=items)).text
    assert "Stop this one if" not in shown
    assert shown.count('role="columnheader"') == 1


def test_what_was_signed_before_there_were_codes_has_none(clinic, made):
    work = clinic.work()
    kept = queries.signed(work, made["id"])._replace(code=None)
    now = check_now(work, kept.prescription.patient_id).judged
    html, _ = page(sheet(kept, now, language=Language.EN, issuer="http://localhost"), paper=None)
    work.abandon()
    assert "/v1/verify/" not in html
    assert "<svg" not in html
