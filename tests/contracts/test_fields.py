"""Rooms speak through our strict fields only."""

import importlib
import inspect
import pkgutil

import marshmallow
import pytest

import api
from api.web import fields, paging, shapes, strict

OURS = (strict.Strict, fields.List, fields.Nested)


def shapes_of_rooms():
    for module in pkgutil.walk_packages(api.__path__, "api."):
        if module.name.startswith(("api.clinical", "api.web")):
            continue
        for _, found in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(found, marshmallow.Schema) and found.__module__ == module.name:
                yield found


@pytest.mark.parametrize("shape", sorted(set(shapes_of_rooms()), key=str), ids=lambda shape: shape.__name__)
def test_every_field_is_one_of_ours(shape):
    assert issubclass(shape, shapes.Body | shapes.View | shapes.Query)

    def check(field):
        assert isinstance(field, OURS), f"{shape.__name__} uses the stock field {type(field).__name__}"
        if isinstance(field, fields.List):
            check(field.inner)

    for field in shape().fields.values():
        check(field)


def test_shapes_have_names_of_their_own():
    names = [
        shape.__name__ for shape in set(shapes_of_rooms()) if issubclass(shape, shapes.Body | shapes.View)
    ]
    assert len(set(names)) == len(names)


def test_a_page_is_a_view_of_its_items():
    class Thing(shapes.View):
        id = fields.Uuid()

    assert set(paging.page_of(Thing).fields) == {"items", "next"}
