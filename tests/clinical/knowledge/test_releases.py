from dataclasses import replace

import pytest

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, releases
from api.clinical.knowledge.releases import Releases, UnknownRelease
from api.clinical.vocabulary import FactType
from tests.next_release import LIMIT, NEXT, RULE, copied, edited, next_release

CURRENT = library.load()


@pytest.fixture
def here(tmp_path):
    """A folder with the files of this release alone."""
    return copied(tmp_path / "here")


def test_the_shipped_releases_all_hold():
    shipped = releases.shipped()
    assert shipped.ids[0] == CURRENT.id
    assert [shipped.release(name).id for name in shipped.ids] == list(shipped.ids)
    releases.check_succession()


def test_at_most_one_earlier_release_is_kept():
    assert len(releases.kept()) <= 1


def test_a_kept_release_is_what_it_was(here):
    kept = releases.keep(here)
    assert kept == here / "earlier" / CURRENT.id
    assert library.read(kept).sha256 == CURRENT.sha256


def test_the_fingerprint_of_a_release_knows_nothing_of_the_one_kept_beside_it(here):
    releases.keep(here)
    assert library.read(here).sha256 == CURRENT.sha256


def test_keeping_a_release_twice_changes_nothing(here):
    kept = releases.keep(here)
    assert releases.keep(here) == kept
    assert list(releases.kept(here)) == [CURRENT.id]


def test_a_kept_release_is_not_kept_anew_with_another_content(here):
    releases.keep(here)
    edited(here, "release.yaml", ("\nid:", "\n# A remark.\nid:"))
    with pytest.raises(KnowledgeFault, match="has changed since"):
        releases.keep(here)


def test_keeping_the_next_release_lets_go_of_the_one_before(here):
    releases.keep(here)
    edited(here, "release.yaml", (f"id: '{CURRENT.id}'", f"id: '{NEXT}'"))
    releases.keep(here)
    assert list(releases.kept(here)) == [NEXT]


def test_an_id_that_names_no_folder_is_not_kept(here):
    edited(here, "release.yaml", (f"id: '{CURRENT.id}'", "id: '../out'"))
    with pytest.raises(KnowledgeFault, match="id"):
        releases.keep(here)


def test_the_current_and_an_earlier_release_load_side_by_side(tmp_path):
    newer = library.read(next_release(tmp_path / "next"))
    both = Releases(current=newer, earlier={CURRENT.id: copied(tmp_path / "first")})
    assert both.ids == (NEXT, CURRENT.id)
    assert both.release(NEXT) is newer
    assert both.release(CURRENT.id).sha256 == CURRENT.sha256
    assert both.release(CURRENT.id) is both.release(CURRENT.id)


def test_a_release_that_is_not_here_is_not_known():
    with pytest.raises(UnknownRelease, match=CURRENT.id):
        releases.shipped().release("1999-01-01")


def test_a_folder_with_another_release_in_it_is_refused(here):
    with pytest.raises(KnowledgeFault, match="was kept as"):
        Releases(current=CURRENT, earlier={"1999-01-01": here}).release("1999-01-01")


def test_an_edited_rule_is_not_sealed_under_its_old_version(here):
    releases.keep(here)
    edited(here, "rules/blood-pressure.yaml", LIMIT)
    with pytest.raises(KnowledgeFault, match=RULE):
        releases.seal(here)


def test_a_version_does_not_go_back():
    then = {RULE: {"version": 2, "sha256": "a"}}
    with pytest.raises(KnowledgeFault, match="never go back"):
        releases.refuse_edits(then, {RULE: {"version": 1, "sha256": "b"}})


def test_a_release_that_follows_the_law_may_follow(here):
    releases.keep(here)
    edited(here, "release.yaml", (f"id: '{CURRENT.id}'", f"id: '{NEXT}'"))
    edited(
        here, "rules/blood-pressure.yaml", (f"- id: {RULE}\n  version: 1\n", f"- id: {RULE}\n  version: 2\n")
    )
    releases.seal(here)
    releases.check_succession(here)


def test_a_rule_that_was_edited_may_not_follow(here):
    releases.keep(here)
    edited(here, "rules/blood-pressure.yaml", LIMIT)
    with pytest.raises(KnowledgeFault, match=RULE):
        releases.check_succession(here)


@pytest.mark.parametrize(
    "changed", [{"values": ("none", "healed")}, {"type": FactType.SET}], ids=["values", "type"]
)
def test_what_may_be_on_file_stays_readable(changed):
    fact = replace(CURRENT.facts["foot_ulcer_left"], **changed)
    newer = replace(CURRENT, facts={**CURRENT.facts, fact.name: fact})
    with pytest.raises(KnowledgeFault, match="foot_ulcer_left"):
        releases.refuse_lost_values(CURRENT, newer)
    gained = replace(fact, type=FactType.CHOICE, values=("none", "active", "healed", "new"))
    releases.refuse_lost_values(CURRENT, replace(CURRENT, facts={**CURRENT.facts, fact.name: gained}))


def test_sealing_what_is_sealed_changes_nothing(here):
    before = (here / "release.yaml").read_bytes()
    releases.seal(here)
    assert (here / "release.yaml").read_bytes() == before
