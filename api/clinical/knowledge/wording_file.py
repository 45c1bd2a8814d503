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
        patient=_sentences(entry, "patient", rules),
        open=_sentences(entry, "open", list(WhyOpen)),
    )
    entry.end()
    return wording


def _sentences(entry: Entry, key: str, names: Collection[_Name]) -> Mapping[_Name, str]:
    """The sentence of each name."""
    sentences = entry.take(key, dict)
    for name in names:
        if name not in sentences:
            raise KnowledgeFault(FILE, str(name), key, "has no sentence for patients")
    for name, sentence in sentences.items():
        if name not in names:
            raise KnowledgeFault(FILE, str(name), key, "there is nothing of this name")
        if not one_sentence(sentence):
            raise KnowledgeFault(FILE, str(name), key, "must be one sentence")
    return MappingProxyType({name: sentences[name] for name in names})


def one_sentence(written: object) -> bool:
    """Whether something is one sentence."""
    return isinstance(written, str) and written.endswith(".") and ". " not in written
