"""Sealing: a released rule is never edited, only superseded, and never lost."""

import pytest

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, releases
from tests.next_release import LIMIT, RULE, copied, edited

FILE = "rules/blood-pressure.yaml"
RAISED = (f"- id: {RULE}\n  version: 1\n", f"- id: {RULE}\n  version: 2\n")


@pytest.fixture
def here(tmp_path):
    """A folder with the files of this release."""
    return copied(tmp_path / "release")


def refused_and_unchanged(folder):
    before = (folder / "release.yaml").read_bytes()
    with pytest.raises(KnowledgeFault) as refused:
        releases.seal(folder)
    assert (folder / "release.yaml").read_bytes() == before
    return refused.value


def test_an_edited_rule_is_not_sealed_under_its_version(here):
    edited(here, FILE, LIMIT)
    refused = refused_and_unchanged(here)
    assert (refused.entry, refused.place) == (RULE, "version")


def test_an_edited_rule_with_a_new_version_is_sealed_and_the_rest_stays(here):
    before = (here / "release.yaml").read_text(encoding="utf-8").splitlines()
    edited(here, FILE, LIMIT, RAISED)
    releases.seal(here)
    after = (here / "release.yaml").read_text(encoding="utf-8").splitlines()
    changed = [line for line in after if line not in before]
    assert len(changed) == 1
    assert changed[0].startswith(f"  {RULE}: {{version: 2, ")
    assert library.sealed(here) == library.seal(here)


def test_a_version_never_goes_back(here):
    edited(here, FILE, (RAISED[0], f"- id: {RULE}\n  version: 0\n"))
    assert "never go back" in refused_and_unchanged(here).detail


def test_a_sealed_rule_does_not_disappear(here):
    edited(here, "release.yaml", ("sealed:\n", "sealed:\n  bp-gone: {version: 1, sha256: aa}\n"))
    refused = refused_and_unchanged(here)
    assert (refused.entry, refused.place) == ("bp-gone", "sealed")


def test_a_new_rule_is_sealed(here):
    path = here / "release.yaml"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(f"  {RULE}:")), encoding="utf-8")
    with pytest.raises(KnowledgeFault, match="seal the release"):
        library.read(here)
    releases.seal(here)
    assert path.read_text(encoding="utf-8") == "".join(lines)


def test_examples_may_grow_under_the_same_version(here):
    edited(here, "rules/eyes.yaml", ("    fires: [V49]\n", "    fires: [V49, V49]\n"))
    assert library.seal(here) == library.seal()
