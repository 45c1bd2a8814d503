"""The documentation, served without the internet: the OpenAPI document, its page, the problems."""

import re
from html import escape
from importlib import resources

from flask import Response, current_app

from api.errors import NotFound
from api.web import openapi, shapes
from api.web.blueprint import Room
from api.web.problems import BASE, MEANINGS

ASSETS = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'"
)
_DAY = "public, max-age=86400"

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Surefoot API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""

_START = """\
SwaggerUIBundle({
  url: "/openapi/v1.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  docExpansion: "list"
});
"""

_PROBLEMS = """\
<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Surefoot: problems</title></head>
<body>
<h1>Problems</h1>
<p>Every refusal is <code>application/problem+json</code> (RFC 9457). Its <code>type</code> is one of these;
<code>instance</code> is the id of the request, to be named in questions.</p>
{sections}
</body>
</html>
"""

room = Room("documentation", __name__, description="The description of this API, for machines and people.")

_DOCUMENT = shapes.Documented(
    "OpenApiDocument", {"type": "object", "description": "An OpenAPI 3.1 document."}
)


@room.route("/openapi/v1.json", methods=["GET"])
@room.open_to_all("the contract is public")
@room.gives(200, _DOCUMENT, example={"openapi": "3.1.0"})
def read_openapi() -> Response:
    """Give the OpenAPI document of this API."""
    return Response(openapi.document_text(current_app), content_type="application/json")


@room.route("/", methods=["GET"], hidden=True)
@room.open_to_all("a person who opens the address sees the documentation")
@room.gives(302)
def read_root() -> Response:
    """Lead to the documentation page."""
    return Response(status=302, headers={"Location": "/docs"})


@room.route("/docs", methods=["GET"], hidden=True)
@room.open_to_all("the contract is public")
@room.gives(200)
def read_docs() -> Response:
    """Show the documentation page."""
    return _page(_PAGE)


@room.route("/docs/start.js", methods=["GET"], hidden=True)
@room.open_to_all("part of the documentation page")
@room.gives(200)
def read_docs_start() -> Response:
    """Give the script that starts the documentation page."""
    return Response(_START, content_type="text/javascript; charset=utf-8")


@room.route("/docs/<asset>", methods=["GET"], hidden=True)
@room.open_to_all("part of the documentation page")
@room.gives(200)
def read_docs_asset(asset: str) -> Response:
    """Give a file of the documentation page, out of the installed package."""
    if asset not in ASSETS:
        raise NotFound("There is no such file.")
    content = resources.files("flask_swagger_ui").joinpath("dist", asset).read_bytes()
    return Response(content, content_type=ASSETS[asset], headers={"Cache-Control": _DAY})


@room.route("/problems", methods=["GET"], hidden=True)
@room.open_to_all("the contract is public")
@room.gives(200)
def read_problems() -> Response:
    """Show what every kind of refusal means."""
    return _page(_PROBLEMS.format(sections="\n".join(map(_section, MEANINGS))))


@room.route("/problems/<kind>", methods=["GET"], hidden=True)
@room.open_to_all("the contract is public")
@room.gives(200)
def read_problem(kind: str) -> Response:
    """Show what one kind of refusal means."""
    if kind not in MEANINGS:
        raise NotFound("There is no such kind of problem.")
    return _page(_PROBLEMS.format(sections=_section(kind)))


def _section(kind: str) -> str:
    status, title, meaning = MEANINGS[kind]
    address = f"<p><code>{BASE}{kind}</code>, {status}</p>"
    explained = re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(meaning))
    return f'<h2 id="{kind}">{escape(title)}</h2>\n{address}\n<p>{explained}</p>'


def _page(html: str) -> Response:
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY}
    return Response(html, content_type="text/html; charset=utf-8", headers=headers)
