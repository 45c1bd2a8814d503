"""The releases that can be loaded side by side, and the steps by which one follows another."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from shutil import copyfile, rmtree
from types import MappingProxyType

from api.clinical.errors import ClinicalError, KnowledgeFault
from api.clinical.knowledge import library
from api.clinical.release import Release

_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,39}")
_SEALED = "sealed:\n"


class UnknownRelease(ClinicalError):
    """There is no such release here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """The release that answers, and those that can still be asked beside it.

    Attributes:
        earlier: their folders, by id.
    """

    current: Release
    earlier: Mapping[str, Path] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def ids(self) -> tuple[str, ...]:
        """What can be asked, the current one first."""
        return tuple(dict.fromkeys((self.current.id, *self.earlier)))

    def release(self, release_id: str) -> Release:
        """A release by its id; an earlier one is read when it is first asked for.

        Raises:
            UnknownRelease: it is not among them.
            KnowledgeFault: it no longer holds.
        """
        if release_id == self.current.id:
            return self.current
        if release_id not in self.earlier:
            raise UnknownRelease(f"There is no release {release_id}; there are: {', '.join(self.ids)}.")
        release = _read(self.earlier[release_id])
        if release.id != release_id:
            raise KnowledgeFault("release.yaml", "release", "id", f"{release.id} was kept as {release_id}")
        return release


def shipped() -> Releases:
    """The releases that came with this service."""
    return Releases(current=library.load(), earlier=kept())


def kept(folder: Path = library.HERE) -> Mapping[str, Path]:
    """The folders of the earlier releases that are kept, by id."""
    shelf = folder / library.EARLIER
    found = sorted(shelf.iterdir()) if shelf.is_dir() else []
    return MappingProxyType({path.name: path for path in found if (path / "release.yaml").is_file()})


def keep(folder: Path = library.HERE) -> Path:
    """Lay the release of a folder by as the one earlier release, before the next one is written.

    Raises:
        KnowledgeFault: it does not hold, its id names no folder, or it was kept with another content.
    """
    release = library.read(folder)
    if not _NAME.fullmatch(release.id):
        raise KnowledgeFault("release.yaml", "release", "id", "letters, digits, dots and dashes only")
    before = kept(folder)
    target = folder / library.EARLIER / release.id
    if release.id in before:
        if library.fingerprint(target) != release.sha256:
            raise KnowledgeFault(
                "release.yaml",
                "release",
                "id",
                f"{release.id} was kept and has changed since; give it a new id",
            )
        return target
    for file in (*library.files(folder), *folder.glob("*.json")):
        copy = target / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copyfile(file, copy)
    for path in before.values():
        rmtree(path)
    return target


def seal(folder: Path = library.HERE) -> None:
    """Write into `release.yaml` the version and the hash of what every rule says.

    Raises:
        KnowledgeFault: a rule that was sealed here or in an earlier release was edited or is gone.
    """
    seals = library.seal(folder)
    sealed = library.sealed(folder)
    refuse_edits(sealed, seals)
    for gone in sorted(sealed.keys() - seals.keys()):
        detail = "was released and is gone; withdraw it by taking its seal out by hand"
        raise KnowledgeFault("release.yaml", gone, "sealed", detail)
    for path in kept(folder).values():
        refuse_edits(library.seal(path), seals)
    header = folder / "release.yaml"
    text, found, _ = header.read_text(encoding="utf-8").partition(_SEALED)
    if not found:
        raise KnowledgeFault("release.yaml", "release", "sealed", "is missing")
    lines = [
        f"  {rule_id}: {{version: {one['version']}, sha256: {one['sha256']}}}\n"
        for rule_id, one in seals.items()
    ]
    header.write_text(text + _SEALED + "".join(lines), encoding="utf-8")


def refuse_edits(
    older: Mapping[str, Mapping[str, object]], newer: Mapping[str, Mapping[str, object]]
) -> None:
    """Hold two releases, as `library.seal` tells them, to the law that a released rule is never edited.

    Raises:
        KnowledgeFault: a rule says something else under the same version, or went back to a lower one.
    """
    for rule_id, was in older.items():
        now = newer.get(rule_id, was)
        if now["version"] == was["version"] and now != was:
            raise KnowledgeFault(
                "rules", rule_id, "version", f"{was['version']} was released and says something else now"
            )
        if int(str(now["version"])) < int(str(was["version"])):
            raise KnowledgeFault("rules", rule_id, "version", f"{was['version']} was released; never go back")


def check_succession(folder: Path = library.HERE) -> None:
    """Hold a release to the earlier one that is kept beside it.

    Raises:
        KnowledgeFault: the earlier one no longer holds, a rule was edited, or a fact lost a value.
    """
    for path in kept(folder).values():
        refuse_edits(library.seal(path), library.seal(folder))
        refuse_lost_values(library.read(path), library.read(folder))


def refuse_lost_values(older: Release, newer: Release) -> None:
    """Hold a vocabulary to what may be on file: a value that is forgotten would let a hazard go unseen.

    Raises:
        KnowledgeFault: a fact has another type, or no longer has a value that it had.
    """
    for name, was in older.facts.items():
        now = newer.facts.get(name, was)
        if now.type is not was.type:
            raise KnowledgeFault("facts", name, "type", f"was {was.type} and may be on file; use a new name")
        for value in was.values:
            if value not in now.values:
                raise KnowledgeFault("facts", name, "values", f"{value!r} may be on file; it stays readable")


@lru_cache(maxsize=4)
def _read(folder: Path) -> Release:
    return library.read(folder)
