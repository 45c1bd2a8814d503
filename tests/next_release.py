"""A release after this one, as a clinic's steward would write it: another limit, a raised version, sealed."""

from shutil import copytree, ignore_patterns

from api.clinical.knowledge import library, releases

NEXT = "2027-06-01"
RULE = "bp-low"
LIMIT = ("  when: resting_sys < 90\n", "  when: resting_sys < 100\n")
"""With it, somebody with a systolic pressure of 95 may not exercise."""


def copied(folder):
    """The files of this release in a folder."""
    return copytree(library.HERE, folder, ignore=ignore_patterns("*.py", "__pycache__", library.EARLIER))


def edited(folder, file, *changes):
    """Change a file of a release; every text to be replaced stands in it once."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def next_release(folder):
    """The folder of a release in which one limit was raised."""
    copied(folder)
    edited(folder, "release.yaml", (f"id: '{library.load().id}'", f"id: '{NEXT}'"))
    edited(
        folder,
        "rules/blood-pressure.yaml",
        (f"- id: {RULE}\n  version: 1\n", f"- id: {RULE}\n  version: 2\n"),
        LIMIT,
    )
    releases.seal(folder)
    return folder
