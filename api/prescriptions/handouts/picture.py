"""The code to scan, as a picture that scales."""

import io

import segno

_ERROR = "m"  # 15 % of the picture may be dirt or a fold
_QUIET_ZONE = 4


def svg(address: str, *, title: str) -> str:
    """The picture of an address as SVG for a page.

    Args:
        address: what a phone opens.
        title: what it is, for those who do not see it.
    """
    drawn = _drawn(address)
    inline: str = drawn.svg_inline(border=_QUIET_ZONE, omitsize=True, title=title)
    return inline.replace("<svg ", '<svg role="img" ', 1)


def svg_file(address: str) -> str:
    """The picture of an address as an SVG file."""
    out = io.BytesIO()
    _drawn(address).save(out, kind="svg", border=_QUIET_ZONE)
    return out.getvalue().decode()


def _drawn(address: str) -> segno.QRCode:
    return segno.make(address, error=_ERROR, micro=False, boost_error=False)
