"""The proof as published beside its release."""

import json
from pathlib import Path
from typing import Any

from api.clinical.errors import KnowledgeFault

FILE = "proof.json"
PROVED = (
    "facts",
    "rules",
    "exercises",
    "derived.yaml",
    "screens.yaml",
    "vignettes.yaml",
    "release.yaml",
)
"""What a proof is of; words, doses and questions may change without a new one."""


def written(proof: dict[str, Any]) -> str:
    """The text of a published proof, always the same for the same proof."""
    return json.dumps(proof, indent=1, ensure_ascii=False) + "\n"


def proof(folder: Path, proved: str) -> dict[str, Any]:
    """The proof that was published with a release.

    Args:
        folder: the release's own.
        proved: the hash of what a proof is of.

    Raises:
        KnowledgeFault: there is none, it is of other content, or it does not hold.
    """
    try:
        content: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise KnowledgeFault(FILE, "proof", "file", "cannot be read; prove the release") from fault
    if content.get("sha256") != proved:
        raise KnowledgeFault(
            FILE, "proof", "sha256", "is the proof of other content; prove the release again"
        )
    failed = [claim["id"] for claim in content.get("claims", ()) if not claim["holds"]]
    if failed or not content.get("holds"):
        raise KnowledgeFault(FILE, "proof", ", ".join(failed) or "holds", "does not hold")
    return content
