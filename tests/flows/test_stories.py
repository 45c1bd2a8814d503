"""The stories in docs/ are true: what they tell a clinic system to call is called here."""

from dataclasses import replace

import pytest

from api.app import create_app
from api.settings import REPOSITORY
from tests.factories import Clinic, make_clinic
from tests.flows import typed

STORIES = sorted((REPOSITORY / "docs" / "stories").glob("*.md"))


@pytest.fixture
def house(fresh_database):
    """The service with a clinic whose webhooks may be on this machine."""
    app = create_app(replace(fresh_database, webhooks_private=True))
    yield app, Clinic(id=make_clinic(fresh_database), app=app)
    app.extensions["surefoot"].engine.dispose()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_the_calls_get_the_answers_shown(story, tmp_path, house, fresh_database):
    with (
        typed.server_beside(tmp_path, *house) as address,
        typed.worker_beside(house[0], fresh_database.jobs_database_url),
    ):
        typed.play(story.read_text(encoding="utf-8"), tmp_path, address)
