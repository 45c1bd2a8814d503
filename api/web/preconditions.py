"""Versions on the wire: a strong ETag from the version column, `If-Match`, `If-None-Match`."""

import re

from flask import Response

from api.errors import BadRequest, PreconditionRequired

_TAG = re.compile(r'"([1-9][0-9]{0,9})"')
_ANY_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')


def etag(version: int | str) -> dict[str, str]:
    """The header of an answer that shows this version."""
    return {"ETag": f'"{version}"'}


def expected_version(if_match: str | None, *, required: bool = True) -> int | None:
    """The version that the client read and means to change.

    Raises:
        PreconditionRequired: there is no `If-Match`, or `*`, which names no version.
        BadRequest: it is not an ETag of ours.
    """
    if if_match is None and not required:
        return None
    if if_match is None or if_match.strip() == "*":
        raise PreconditionRequired("Send If-Match with the ETag of the version that you read.")
    match = _TAG.fullmatch(if_match.strip())
    if match is None:
        raise BadRequest('If-Match is one strong ETag as it was given, such as "3".')
    return int(match[1])


def unless_unchanged(response: Response, if_none_match: str | None) -> Response:
    """The response, or 304 without a body if the client already has this version."""
    tag = response.headers.get("ETag")
    if tag is None or if_none_match is None or response.status_code != 200:
        return response
    tags = {f'"{opaque}"' for _, opaque in _ANY_TAG.findall(if_none_match)}
    if tag not in tags and if_none_match.strip() != "*":
        return response
    unchanged = Response(status=304, headers=response.headers)
    del unchanged.headers["Content-Type"]
    del unchanged.headers["Content-Length"]
    return unchanged
