"""The stories in docs/ are true: what they tell a clinic system to call is called here."""

import pytest

from api.settings import REPOSITORY
from tests.flows import typed

STORIES = sorted((REPOSITORY / "docs" / "stories").glob("*.md"))


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_the_calls_get_the_answers_shown(story, tmp_path, live_app, live_clinic):
    with typed.server_beside(tmp_path, live_app, live_clinic) as address:
        typed.play(story.read_text(encoding="utf-8"), tmp_path, address)
