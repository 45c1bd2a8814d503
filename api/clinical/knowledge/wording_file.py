"""The plain words of rules from their file."""

from collections.abc import Collection, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge.reading import Entry, document
from api.clinical.vocabulary import ReviewStatus, WhyOpen
from api.clinical.wording import Wording

FILE = "wording.yaml"
_Name = TypeVar("_Name", bound=str)


def read_wording(folder: Path, rules: Collection[str]) -> Wording:
    """One sentence for every rule and for every reason why an exercise is open.

    Args:
        folder: the folder of the release.
        rules: the ids of its rules.

    Raises:
        KnowledgeFault: something without a sentence, a sentence for nothing, or not one sentence.
    """
    content = document(folder, FILE)
    if not isinstance(content, dict):
        raise KnowledgeFault(FILE, "file", "-", "must hold a mapping")
    entry = Entry(FILE, "wording", content)
    wording = Wording(
        review_status=entry.closed("review_status", ReviewStatus),
        patient=sentences(entry, "patient", rules),
        open=sentences(entry, "open", list(WhyOpen)),
    )
    entry.end()
    return wording


def sentences(entry: Entry, key: str, names: Collection[_Name]) -> Mapping[_Name, str]:
    """The sentence of each name, and of nothing else.

    Raises:
        KnowledgeFault: one is missing, or is not one sentence.
    """
    written = entry.take(key, dict)
    for name in names:
        if name not in written:
            raise KnowledgeFault(entry.file, str(name), key, "has no sentence for patients")
    for name, sentence in written.items():
        if name not in names:
            raise KnowledgeFault(entry.file, str(name), key, "there is nothing of this name")
        if not isinstance(sentence, str) or not sentence.endswith(".") or ". " in sentence:
            raise KnowledgeFault(entry.file, str(name), key, "must be one sentence")
    return MappingProxyType({name: written[name] for name in names})
