"""Refusals: what the service declines to do, said to a person and to a machine, without HTTP in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """One fault in what was sent: where (JSON pointer), what (a sentence) and its code (for programs)."""

    pointer: str
    detail: str
    code: str


def escaped(name: str) -> str:
    """A name as a part of a JSON pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


class Refusal(Exception):
    """An expected refusal; each kind has a status, a slug that never changes, and a title."""

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be read"
    meaning: ClassVar[str] = (
        "The request is not what this service can read. Change it before sending it again."
    )

    def __init__(
        self,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.extra = dict(extra or {})
        self.headers = dict(headers or {})


class BadRequest(Refusal):
    """The request is not JSON, or a header is not readable."""


class Unauthenticated(Refusal):
    """No token, or one that does not count."""

    status = 401
    kind = "unauthenticated"
    title = "A valid access token is needed"
    meaning = (
        "There is no bearer token, or it is expired, not ours, or its client was revoked. Get a new one."
    )


class Forbidden(Refusal):
    """The caller is known but may not do this."""

    status = 403
    kind = "forbidden"
    title = "The access token does not allow this"
    meaning = "The token lacks a scope, which `missing_scopes` names. Ask for a token that has it."


class NotEntitled(Forbidden):
    """The person whom the act names may not do this."""

    kind = "not-entitled"
    title = "This member of staff may not do that"
    meaning = (
        "The act needs a member of staff with another right, as one who may sign. Name one who has it; "
        "another token changes nothing."
    )


class NotFound(Refusal):
    """There is no such thing in the caller's clinic."""

    status = 404
    kind = "not-found"
    title = "There is no such thing"
    meaning = (
        "Nothing is kept under this address for your clinic. What another clinic keeps is not found either."
    )


class Conflict(Refusal):
    """The state of things forbids it."""

    status = 409
    kind = "conflict"
    title = "The present state does not allow this"
    meaning = "The request contradicts what is kept, for instance an identifier that is already taken."


class Unsafe(Conflict):
    """The check of what is on file does not let it through."""

    kind = "unsafe"
    title = "The check does not let this through"
    meaning = (
        "The check of what is on file forbids an exercise, asks for a clearance or an override, or allows "
        "no dose at all. `decision` is its answer, `blocked` names exercises with their rules, `needs` what "
        "would have to be answered, cleared or changed."
    )


class StaleVersion(Refusal):
    """Someone else changed it first."""

    status = 412
    kind = "stale-version"
    title = "It was changed in the meantime"
    meaning = "`If-Match` names an earlier version. Read it again and send your change with the new `ETag`."


class TooLarge(Refusal):
    """The body is over the limit."""

    status = 413
    kind = "too-large"
    title = "The body is too large"
    meaning = "The body is over the limit of this route (1 MiB where nothing else is stated)."


class UnsupportedMediaType(Refusal):
    """The body is not declared as JSON."""

    status = 415
    kind = "unsupported-media-type"
    title = "The body must be JSON"
    meaning = "Send the body as `Content-Type: application/json`, in UTF-8."


class Invalid(Refusal):
    """The payload is readable but wrong; every fault is listed."""

    status = 422
    kind = "invalid"
    title = "What was sent does not hold"
    meaning = (
        "One or more values are wrong. `errors` lists every fault with a JSON pointer; nothing was kept."
    )


class KeyReused(Refusal):
    """The idempotency key was used for another request."""

    status = 422
    kind = "idempotency-key-reused"
    title = "This Idempotency-Key was used for another request"
    meaning = "A key stands for one request: same route, same body. Use a new key for a new request."


class PreconditionRequired(Refusal):
    """A change must say which version it changes."""

    status = 428
    kind = "precondition-required"
    title = "The request must say which version it changes"
    meaning = "Send `If-Match` with the `ETag` that you read, so that nobody's change is lost."


class TooManyRequests(Refusal):
    """An address asks too often what is open to all."""

    status = 429
    kind = "too-many-requests"
    title = "This address asks too often"
    meaning = "What is open to all may be asked so often a minute. Try again after `Retry-After` seconds."

    def __init__(self, detail: str, *, retry_after_seconds: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


class Unavailable(Refusal):
    """The service cannot answer now."""

    status = 503
    kind = "unavailable"
    title = "The service cannot answer now"
    meaning = (
        "Something that the service needs is away for a moment. Try again after `Retry-After` seconds; "
        "repeat a POST under the same `Idempotency-Key`."
    )

    def __init__(self, detail: str, *, retry_after_seconds: int = 2) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_seconds)})


def invalid(pointer: str, detail: str, code: str = "invalid") -> Invalid:
    """An `Invalid` with a single fault."""
    return Invalid("1 value is wrong.", errors=(FieldError(pointer=pointer, detail=detail, code=code),))


KINDS: tuple[type[Refusal], ...] = (
    BadRequest,
    Unauthenticated,
    Forbidden,
    NotEntitled,
    NotFound,
    Conflict,
    Unsafe,
    StaleVersion,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    KeyReused,
    PreconditionRequired,
    TooManyRequests,
    Unavailable,
)
