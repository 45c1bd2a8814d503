"""A handout, and the answer to its code, as pages for a browser: one file each, without script or request."""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.prescriptions.handouts.picture import svg
from api.prescriptions.handouts.sheet import Sheet
from api.prescriptions.handouts.validity import Validity
from api.prescriptions.wording import Language, wording

PAGES = Path(__file__).parent / "pages"
_STYLE = (PAGES / "look.css").read_text(encoding="utf-8")
_SIZES = {"a4": "A4", "letter": "letter"}
_SIGNS = {Validity.CURRENT: "✓", Validity.PAUSED: "!", None: "?"}
_NO = "✕"

_environment = Environment(
    loader=FileSystemLoader(PAGES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(sheet: Sheet, *, paper: str | None) -> tuple[str, str]:
    """The page of a sheet, and the policy that it is served under.

    Args:
        sheet: what it says.
        paper: `a4` or `letter`; None is what the printer has.
    """
    style = _STYLE if paper is None else f"{_STYLE}@page {{ size: {_SIZES[paper]}; }}\n"
    given = sheet.verification
    picture = Markup("") if given is None else Markup(svg(given.address, title=given.picture))  # noqa: S704 ours
    return _rendered("sheet.html", style, sheet=sheet, picture=picture)


def answer(found: Validity | None, language: Language) -> tuple[str, str]:
    """The page that a phone shows for a code, and its policy; None is a code that nobody gave."""
    words = wording(language)
    name = "unknown" if found is None else found.value
    return _rendered(
        "verify.html",
        _STYLE,
        language=language,
        question=words.say("verify", "title"),
        sign=_SIGNS.get(found, _NO),
        heading=words.say("verify", name),
        text=words.say("verify", f"{name}_text"),
    )


def _rendered(template: str, style: str, **values: object) -> tuple[str, str]:
    """A page, and the policy under which nothing of it runs and nothing is fetched but this style."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    html = _environment.get_template(template).render(style=Markup(style), **values)  # noqa: S704 our own file
    return html, policy
