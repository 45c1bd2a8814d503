"""The proof as published beside its release."""

import json
from pathlib import Path
from typing import Any

from api.clinical.errors import KnowledgeFault
from api.clinical.release import Release

FILE = "proof.json"


def written(proof: dict[str, Any]) -> str:
    """The text of the published proof, always the same for the same proof."""
    return json.dumps(proof, indent=1, ensure_ascii=False) + "\n"


def published_proof(folder: Path, release: Release) -> dict[str, Any]:
    """The proof that was published with a release.

    Raises:
        KnowledgeFault: there is none, it is of other content, or it does not hold.
    """
    try:
        proof: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise KnowledgeFault(FILE, "proof", "file", "cannot be read; prove the release") from fault
    if proof.get("sha256") != release.sha256:
        raise KnowledgeFault(
            FILE, "proof", "sha256", "is the proof of other content; prove the release again"
        )
    failed = [claim["id"] for claim in proof.get("claims", ()) if not claim["holds"]]
    if failed or not proof.get("holds"):
        raise KnowledgeFault(FILE, "proof", ", ".join(failed) or "holds", "does not hold")
    return proof
