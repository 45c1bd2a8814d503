"""Prove the release that ships with this service, and publish or compare the proof."""

from collections.abc import Callable

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, published
from api.clinical.knowledge.proof import as_json
from api.clinical.knowledge.proof import prove as prove_release


def prove(say: Callable[[str], None], *, check: bool = False) -> None:
    """Try every claim, and publish the proof beside the release.

    Args:
        say: told what is tried, and what came out.
        check: write nothing; the published proof must be this one.

    Raises:
        KnowledgeFault: a claim does not hold, or the published proof differs.
    """
    release = library.read(library.HERE)
    found = prove_release(release, library.fingerprint(library.HERE, published.PROVED), say)
    for claim in found.claims:
        say(f"{'holds' if claim.holds else 'FAILS'}  {claim.id}: {claim.cases} cases")
        for case in claim.against:
            say(f"  against it: {case}")
    text = published.written(as_json(found))
    file = library.HERE / published.FILE
    if not check:
        file.write_text(text, encoding="utf-8")
    elif not file.exists() or file.read_text(encoding="utf-8") != text:
        raise KnowledgeFault(
            published.FILE, "proof", "content", "is not the proof of this release; prove it again"
        )
    if not found.holds:
        raise KnowledgeFault(published.FILE, "proof", "holds", "a claim fails; the release will not load")
