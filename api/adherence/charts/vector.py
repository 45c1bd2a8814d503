"""SVG as a page under a strict policy takes it: attributes instead of styles, and a text alternative."""

import re
from xml.etree.ElementTree import Element, fromstring, tostring

SVG = "http://www.w3.org/2000/svg"
_LINK = "{http://www.w3.org/1999/xlink}href"
_FAMILY = "system-ui, 'Liberation Sans', 'Noto Sans', sans-serif"
_KEPT = re.compile(r"(?:cell|mark|key)-")
_USED = re.compile(r"url\(#([^)]+)\)")
_FONT = re.compile(r"(?:(?P<weight>bold|[1-9]00) )?(?P<size>[0-9.]+px) ")
_UNUSED = frozenset({f"{{{SVG}}}metadata", f"{{{SVG}}}style"})


def cleaned(drawn: bytes, *, title: str, described: str) -> str:
    """What matplotlib drew, without its own style and metadata.

    A policy without `unsafe-inline` drops `style` attributes, so each of their properties becomes the
    attribute of the same name. Names that nothing refers to go.

    Args:
        drawn: the file.
        title: what it is.
        described: what it shows, in words.
    """
    root = fromstring(drawn)  # noqa: S314 our own drawing
    used = _references(root)
    for parent in list(root.iter()):
        for child in [one for one in parent if one.tag in _UNUSED]:
            parent.remove(child)
    for one in root.iter():
        _plain(one, used)
    root.attrib |= {
        "role": "img",
        "lang": "en",
        "aria-labelledby": "strip-title strip-text",
        "font-family": _FAMILY,
        "stroke-linejoin": "round",
    }
    for place, (name, text) in enumerate((("title", title), ("desc", described))):
        said = Element(f"{{{SVG}}}{name}", {"id": "strip-title" if name == "title" else "strip-text"})
        said.text = text
        root.insert(place, said)
    return _written(root)


def _references(root: Element) -> set[str]:
    found = {one.get(_LINK, "").removeprefix("#") for one in root.iter()}
    for one in root.iter():
        for value in one.attrib.values():
            found.update(_USED.findall(value))
    return found


def _plain(one: Element, used: set[str]) -> None:
    """Turn styles into attributes, and drop the name of what nothing refers to."""
    named = one.get("id", "")
    if named not in used and not _KEPT.match(named):
        one.attrib.pop("id", None)
    for declaration in filter(None, one.attrib.pop("style", "").split(";")):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name == "font":
            font = _FONT.match(value)
            if font is not None:
                one.set("font-size", font["size"])
                one.set("font-weight", font["weight"] or "400")
        elif name != "font-family":
            one.set(name, value)


def _written(root: Element) -> str:
    """As text that stands in a page as well: no prefixes, no declaration."""
    for one in root.iter():
        one.tag = one.tag.removeprefix(f"{{{SVG}}}")
        if _LINK in one.attrib:
            one.set("href", one.attrib.pop(_LINK))
    root.set("xmlns", SVG)
    text = tostring(root, encoding="unicode")
    return re.sub(r">\s+<", "><", text)
