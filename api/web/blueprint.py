"""A room's routes: each function says what it needs, takes, gives and refuses, and is documented by that."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import flask
import flask_smorest

from api.caller import Scope
from api.web import encoding, openapi, shapes
from api.web.lines import Reader
from api.web.operation import Given, Operation, Shown, View
from api.web.rates import Rate

V = TypeVar("V", bound=View)
Decorator = Callable[[V], V]


class Room(flask_smorest.Blueprint):  # type: ignore[misc]  # flask-smorest has no types
    """The routes of one room, one function an operation; the operation's id is the function's name.

    `route` stands on top, the other decorators below it in any order. A view gets `work` (unless it is open
    to all), the arguments of the path, `version` with `if_match`, the query's value, the body's value last.
    It returns what the shape of its answer dumps, `(data, headers)`, `(data, status, headers)` or a response.
    """

    def __init__(
        self, name: str, import_name: str, *, description: str, url_prefix: str | None = None
    ) -> None:
        super().__init__(name, import_name, description=description, url_prefix=url_prefix)
        self.operations: dict[str, Operation] = {}
        self.calls: list[openapi.Call] = []
        self._drafts: dict[View, Operation] = {}

    def makes(self, call: openapi.Call) -> None:
        """Document a call that the service makes itself, to an address of the clinic."""
        self.calls.append(call)

    def route(self, rule: str, *, methods: Iterable[str], hidden: bool = False) -> Decorator[Any]:
        """Serve the function under this address.

        Args:
            rule: below the room's prefix, as Flask writes it.
            methods: exactly one.
            hidden: whether it stays out of the OpenAPI document (pages for people).
        """
        (method,) = methods

        def register(view: V) -> V:
            operation = self._draft(view)
            operation.method, operation.hidden = method, hidden
            operation.rule = (self.url_prefix or "") + rule
            if (operation.scope is None) == (operation.open_because is None):
                raise TypeError(f"{operation.name} must need a scope or say why it is open to all")
            self.operations[operation.name] = operation
            flask.Blueprint.add_url_rule(self, rule, operation.name, operation.serving(), methods=[method])
            return view

        return register

    def needs(self, scope: str) -> Decorator[Any]:
        """Let only a caller in who has the scope; 403 names it."""
        return self._note(scope=Scope(scope).value)

    def open_to_all(self, because: str) -> Decorator[Any]:
        """Let everyone in, for this reason; the view gets no `work`."""
        return self._note(open_because=because)

    def at_most(self, a_minute: int) -> Decorator[Any]:
        """Let an address ask so often in any minute; 429 says when it may again."""
        return self._note(rate=Rate(a_minute=a_minute))

    def takes(
        self, body: shapes.Readable, *, example: Any = None, content_type: str = encoding.JSON
    ) -> Decorator[Any]:
        """Read the body, strict JSON in this shape."""
        return self._note(body=body, body_example=example, body_content_type=content_type)

    def takes_many(self, body: shapes.Documented, reader: Reader, *, example: Any = None) -> Decorator[Any]:
        """Read the body by a reader of its own, documented as what it is declared as first."""
        return self._note(
            body=body, reader=reader, body_example=example, body_content_type=reader.content_types[0]
        )

    def asks(self, query: shapes.Query) -> Decorator[Any]:
        """Read the query string in this shape."""
        return self._note(query=query)

    def gives(
        self,
        status: int,
        shape: Shown | None = None,
        *,
        example: Any = None,
        description: str = "",
        headers: tuple[str, ...] = (),
        content_type: str = encoding.JSON,
        files: tuple[str, ...] = (),
    ) -> Decorator[Any]:
        """Document an answer; of several, the topmost is the usual one.

        Args:
            status: the HTTP status.
            shape: what it looks like; none for an empty body.
            example: an example, which a test holds against the shape.
            description: a sentence.
            headers: `ETag`, `Location`, `Link`: those that it carries.
            content_type: of the body in this shape.
            files: content types of pages and files for people, which the view makes itself as a response.
        """
        given = Given(
            shape=shape,
            example=example,
            description=description,
            headers=headers,
            content_type=content_type,
            files=files,
        )

        def note(view: V) -> V:
            operation = self._draft(view)
            operation.given = {status: given, **operation.given}
            return view

        return note

    def refuses(self, *statuses: int) -> Decorator[Any]:
        """Document refusals beyond those that follow from the other decorators."""

        def note(view: V) -> V:
            self._draft(view).refused.extend(statuses)
            return view

        return note

    def idempotent(self, *, shown_once: tuple[str, ...] = ()) -> Decorator[Any]:
        """Honour `Idempotency-Key`.

        Args:
            shown_once: members of the answer that are not stored, so that a replay shows null.
        """
        return self._note(idempotent=True, shown_once=shown_once)

    def if_match(self, *, required: bool = True) -> Decorator[Any]:
        """Read `If-Match`; the view gets the version that the client means to change as `version`.

        Args:
            required: whether a request without it is refused; if not, `version` is then `None`.
        """
        return self._note(changes_version=True, version_required=required)

    def register_views_in_doc(self, _api: Any, app: Any, spec: Any, *, name: str, **_: Any) -> None:
        """Write the operations into the OpenAPI document; flask-smorest calls this."""
        for operation in self.operations.values():
            if not operation.hidden:
                rule = next(app.url_map.iter_rules(f"{name}.{operation.name}"))
                openapi.describe(operation, spec, rule, tag=name)
        for call in self.calls:
            openapi.describe_call(call, spec, tag=name)

    def _draft(self, view: View) -> Operation:
        return self._drafts.setdefault(view, Operation(view=view))

    def _note(self, **what: Any) -> Decorator[Any]:
        def note(view: V) -> V:
            operation = self._draft(view)
            for attribute, value in what.items():
                setattr(operation, attribute, value)
            return view

        return note
