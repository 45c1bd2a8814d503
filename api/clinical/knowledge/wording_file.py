"""The plain words of rules from their file."""

from collections.abc import Collection
from pathlib import Path
from types import MappingProxyType

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge.reading import Entry, document
from api.clinical.vocabulary import ReviewStatus
from api.clinical.wording import Wording

FILE = "wording.yaml"


def read_wording(folder: Path, rules: Collection[str]) -> Wording:
    """One sentence for every rule.

    Args:
        folder: the folder of the release.
        rules: the ids of its rules.

    Raises:
        KnowledgeFault: a rule without a sentence, a sentence without a rule, or not one sentence.
    """
    content = document(folder, FILE)
    if not isinstance(content, dict):
        raise KnowledgeFault(FILE, "file", "-", "must hold a mapping")
    entry = Entry(FILE, "wording", content)
    review_status = entry.closed("review_status", ReviewStatus)
    sentences = entry.take("patient", dict)
    entry.end()
    for rule_id in rules:
        if rule_id not in sentences:
            raise KnowledgeFault(FILE, rule_id, "patient", "has no sentence for patients")
    for rule_id, sentence in sentences.items():
        if rule_id not in rules:
            raise KnowledgeFault(FILE, str(rule_id), "patient", "there is no such rule")
        if not isinstance(sentence, str) or not sentence.endswith(".") or ". " in sentence:
            raise KnowledgeFault(FILE, rule_id, "patient", "must be one sentence")
    return Wording(review_status=review_status, patient=MappingProxyType(sentences))
