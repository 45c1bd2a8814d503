"""The shape in which what came in is shown again: the same members, every one of them always there."""

from copy import copy
from functools import cache
from typing import Any, cast

from marshmallow import missing
from marshmallow.fields import Field

from api.web import fields, shapes


@cache
def shown(body: type[shapes.Body], *, name: str = "") -> type[shapes.View]:
    """The shape of the answers that show a body.

    Args:
        body: the shape that comes in.
        name: the public name, if it is not that of the body without `New`.
    """
    members = {key: _shown(field) for key, field in body._declared_fields.items()}
    view = shapes.View.from_dict(members, name=name or body.__name__.removeprefix("New"))
    view.__doc__ = body.__doc__
    return cast(type[shapes.View], view)


def _shown(field: Field[Any]) -> Field[Any]:
    again = copy(field)
    again.load_default = missing
    if isinstance(again, fields.Nested):
        again.nested = shown(cast(type[shapes.Body], again.nested))
    elif isinstance(again, fields.List):
        again.inner = _shown(again.inner)
    return again
