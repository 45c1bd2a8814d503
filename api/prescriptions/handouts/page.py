"""A handout, and the answer to its code, as pages for a browser: one file each, without script or request."""

from pathlib import Path

from markupsafe import Markup

from api.prescriptions.handouts.picture import svg
from api.prescriptions.handouts.sheet import Sheet
from api.prescriptions.handouts.validity import Validity
from api.prescriptions.wording import Language, wording
from api.web.pages import Pages, Paper

PAGES = Path(__file__).parent / "pages"
_STYLE = (PAGES / "look.css").read_text(encoding="utf-8")
_SIGNS = {Validity.CURRENT: "✓", Validity.PAUSED: "!", None: "?"}
_NO = "✕"

_pages = Pages(PAGES)


def page(sheet: Sheet, *, paper: Paper | None) -> tuple[str, str]:
    """The page of a sheet, and the policy that it is served under.

    Args:
        sheet: what it says.
        paper: None is what the printer has.
    """
    given = sheet.verification
    picture = Markup("") if given is None else Markup(svg(given.address, title=given.picture))  # noqa: S704 ours
    return _pages.rendered("sheet.html", _STYLE, paper=paper, sheet=sheet, picture=picture)


def answer(found: Validity | None, language: Language) -> tuple[str, str]:
    """The page that a phone shows for a code, and its policy; None is a code that nobody gave."""
    words = wording(language)
    name = "unknown" if found is None else found.value
    return _pages.rendered(
        "verify.html",
        _STYLE,
        language=language,
        question=words.say("verify", "title"),
        sign=_SIGNS.get(found, _NO),
        heading=words.say("verify", name),
        text=words.say("verify", f"{name}_text"),
    )
