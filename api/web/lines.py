"""Bodies of many documents: a JSON array or a line each (NDJSON), plain or in gzip, within limits."""

import hashlib
import json
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, Any, ClassVar, Protocol

from api.errors import BadRequest, TooLarge, UnsupportedMediaType, invalid
from api.web import encoding
from api.web.request import Request

NDJSON = "application/x-ndjson"
MIB = 1 << 20

_PIECE = 1 << 16
_GZIP = 31  # for zlib: the gzip format, and only that


class Reader(Protocol):
    """Whatever reads a body that is not one JSON document."""

    @property
    def content_types(self) -> tuple[str, ...]:
        """How the body may be declared, the usual one first."""

    def read(self, asked: Request, closing: ExitStack) -> tuple[bytes, Any]:
        """What the body is told from others by, and its value.

        Args:
            asked: the request.
            closing: closed when it is answered.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One of the documents of a body.

    Attributes:
        line: its line, from 1; in an array its place.
        sent: as it was sent.
    """

    line: int
    sent: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """Reads some documents, an array or a line each.

    Attributes:
        most: how many there may be.
        limit: bytes of the body, and as many of what it unpacks to.
    """

    most: int
    limit: int
    content_types: ClassVar[tuple[str, ...]] = (encoding.JSON, NDJSON)

    def read(self, asked: Request, closing: ExitStack) -> tuple[bytes, list[Document]]:
        """The body and its documents.

        Raises:
            BadRequest: it is no array, or not whole.
            Invalid: it has none or too many.
            TooLarge: it is over the limit.
            UnsupportedMediaType: it is declared as something else.
        """
        del closing
        declared = _declared(asked, self.content_types)
        body = b"".join(_plain(asked, self.limit))
        documents = _of_array(body) if declared == encoding.JSON else list(documents_of(body.split(b"\n")))
        if not 1 <= len(documents) <= self.most:
            raise invalid("", f"This must have 1 to {self.most} elements.", "wrong-number")
        return body, documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Spool:
    """Lines in a file of the moment, which goes with the request.

    Attributes:
        count: of the lines that are not empty.
        size: in bytes, unpacked.
        sha256: of all bytes, unpacked.
    """

    file: IO[bytes]
    count: int
    size: int
    sha256: str

    def lines(self) -> Iterator[bytes]:
        """All lines, empty ones too."""
        self.file.seek(0)
        return (line.rstrip(b"\n") for line in self.file)


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Reads a great many lines past the memory.

    Attributes:
        most: how many there may be; empty ones are not counted.
        longest: bytes of a line.
        limit: bytes of the body, and as many of what it unpacks to.
    """

    most: int
    longest: int
    limit: int
    content_types: ClassVar[tuple[str, ...]] = (NDJSON,)

    def read(self, asked: Request, closing: ExitStack) -> tuple[bytes, Spool]:
        """The body's hash, and its lines; while they arrive no connection to the database is held.

        Raises:
            BadRequest: it is not whole.
            Invalid: it has no line.
            TooLarge: it is over a limit.
            UnsupportedMediaType: it is declared as something else.
        """
        _declared(asked, self.content_types)
        if asked.work is not None:
            asked.work.abandon()
        file = closing.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 it goes with the request
        digest, count, size = hashlib.sha256(), 0, 0
        for piece in _plain(asked, self.limit):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.seek(0)
        while line := file.readline(self.longest + 1):
            if len(line) > self.longest:
                raise TooLarge(f"A line is longer than {self.longest} bytes.")
            count += bool(line.strip())
        if count > self.most:
            raise TooLarge(f"There are more than {self.most} lines.")
        if not count:
            raise invalid("", "There is no line.", "wrong-number")
        hashed = digest.hexdigest()
        return hashed.encode(), Spool(file=file, count=count, size=size, sha256=hashed)


def documents_of(lines: Iterable[bytes], *, first: int = 1) -> Iterator[Document]:
    """The documents of lines; empty lines are none, and are counted.

    Args:
        lines: without their ends.
        first: the number of the first of them.
    """
    for number, line in enumerate(lines, first):
        sent = line.strip()
        if sent:
            yield Document(line=number, sent=sent)


def _declared(asked: Request, known: tuple[str, ...]) -> str:
    """How the body is declared."""
    declared = asked.mimetype
    charset = asked.mimetype_params.get("charset", "utf-8").lower()
    if declared not in known or charset not in {"utf-8", "utf8", "us-ascii"}:
        raise UnsupportedMediaType(
            f"The body is declared as {declared[:60] or 'nothing'}; send Content-Type: {' or '.join(known)}, "
            "in UTF-8."
        )
    return declared


def _plain(asked: Request, limit: int) -> Iterator[bytes]:
    """The bytes of the body, unpacked."""
    coding = asked.headers.get("Content-Encoding", "").strip().lower()
    if coding not in {"", "identity", "gzip"}:
        raise UnsupportedMediaType("The body is packed in a way that is not read here; send it as gzip.")
    arriving = _arriving(asked, limit)
    return _unpacked(arriving, limit) if coding == "gzip" else arriving


def _arriving(asked: Request, limit: int) -> Iterator[bytes]:
    if (asked.content_length or 0) > limit:
        raise _too_large(limit)
    asked.max_content_length = limit + 1
    stream, size = asked.stream, 0
    while piece := stream.read(_PIECE):
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        yield piece


def _unpacked(packed: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Gzip, one member or several, unpacked piece by piece, so that a small bomb stays small."""
    member, size = zlib.decompressobj(_GZIP), 0
    started = False
    for piece in packed:
        rest = piece
        while rest:
            if member.eof:
                member = zlib.decompressobj(_GZIP)
            started = True
            try:
                plain = member.decompress(rest, _PIECE)
            except zlib.error:
                raise BadRequest("The body is not gzip.") from None
            size += len(plain)
            if size > limit:
                raise _too_large(limit)
            yield plain
            rest = member.unused_data if member.eof else member.unconsumed_tail
    if started and not member.eof:
        raise BadRequest("The body ends in the middle of its gzip.")


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is over the limit of this route, {limit // MIB} MiB.")


def _of_array(body: bytes) -> list[Document]:
    """The elements of an array, each by itself: what is wrong in one spoils no other."""
    try:
        value = encoding.read(body)
    except BadRequest:
        elements = _slowly(body)
        if elements is None:
            raise
        return [Document(line=place, sent=sent) for place, sent in enumerate(elements, 1)]
    if type(value) is not list:
        raise invalid("", "This must be an array.", "invalid")
    return [Document(line=place, sent=encoding.write(element)) for place, element in enumerate(value, 1)]


def _slowly(body: bytes) -> list[bytes] | None:
    """The texts of the elements of an array that is one but for what is in it; None if it is none."""
    scan = json.JSONDecoder().raw_decode
    try:
        text = body.decode()
        if type(json.loads(text)) is not list:
            return None
        at, elements = _past_space(text, text.index("[") + 1), []
        while text[at] != "]":
            end = scan(text, at)[1]
            elements.append(text[at:end].encode())
            at = _past_space(text, end)
            if text[at] == ",":
                at = _past_space(text, at + 1)
    except (ValueError, RecursionError):
        return None
    return elements


def _past_space(text: str, at: int) -> int:
    while text[at] in " \t\n\r":
        at += 1
    return at
