"""Pages for people: one file each, without script, and without another request."""

from base64 import b64encode
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from flask import Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from api.web.request import current

HTML, PDF = "text/html", "application/pdf"
PRIVATE: Mapping[str, str] = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
"""Headers of what is of one person: nobody keeps it, and no link of it tells where one came from."""


class Format(StrEnum):
    """As what something to be read comes."""

    HTML = "html"
    PDF = "pdf"


class Paper(StrEnum):
    """What a page is printed on."""

    A4 = "a4"
    LETTER = "letter"

    @property
    def in_css(self) -> str:
        """As a style sheet names it."""
        return "A4" if self is Paper.A4 else "letter"

    @property
    def in_typst(self) -> str:
        """As Typst names it."""
        return "a4" if self is Paper.A4 else "us-letter"


class Pages:
    """The templates of one folder; what they are given is escaped unless it is `Markup`."""

    def __init__(self, folder: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def rendered(
        self, template: str, style: str, *, paper: Paper | None = None, **values: object
    ) -> tuple[str, str]:
        """A page, and the policy under which nothing of it runs and nothing is fetched but this style.

        Args:
            template: the name of the file.
            style: the whole style of the page; a text of ours.
            paper: what it is printed on; None is what the printer has.
            values: what the template shows.
        """
        if paper is not None:
            style = f"{style}@page {{ size: {paper.in_css}; }}\n"
        digest = b64encode(sha256(style.encode()).digest()).decode()
        policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        given = {"style": Markup(style), **values}  # noqa: S704 our own file
        return self._environment.get_template(template).render(given), policy


def preferred() -> Format:
    """What the request would rather have: a page, unless it prefers a PDF."""
    kinds = {HTML: Format.HTML, PDF: Format.PDF}
    return kinds[current().accept_mimetypes.best_match([HTML, PDF], default=HTML)]


def answered(page: tuple[str, str], *, headers: Mapping[str, str], status: int = 200) -> Response:
    """The answer with a page under its policy."""
    html, policy = page
    return Response(
        html,
        status=status,
        content_type=f"{HTML}; charset=utf-8",
        headers={**headers, "Content-Security-Policy": policy},
    )
