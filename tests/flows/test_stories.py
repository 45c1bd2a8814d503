"""The stories in docs/ are true: what they tell a clinic system to call is called here."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from api.app import create_app
from api.caller import CONSOLE
from api.commands.cohort.enrolment import Cohort
from api.commands.demo import fill
from api.settings import REPOSITORY
from tests.factories import Clinic, make_clinic
from tests.flows import typed

STORIES = sorted((REPOSITORY / "docs" / "stories").glob("*.md"))


LIVED_IN = "from-the-panel-to-a-session"
"""Is told in a clinic with people who have weeks behind them, as the demo clinic is."""


@pytest.fixture
def house(fresh_database, story):
    """The service with a clinic whose webhooks may be on this machine."""
    app = create_app(replace(fresh_database, webhooks_private=True))
    clinic = Clinic(id=make_clinic(fresh_database), app=app)
    if story.stem == LIVED_IN:
        yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
        with app.app_context():
            fill(clinic.id, CONSOLE, Cohort(seed=9, patients=4, weeks=4, last=yesterday))
    yield app, clinic
    app.extensions["surefoot"].engine.dispose()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.stem)
def test_the_calls_get_the_answers_shown(story, tmp_path, house, fresh_database):
    with (
        typed.server_beside(tmp_path, *house) as address,
        typed.worker_beside(house[0], fresh_database.jobs_database_url),
    ):
        typed.play(story.read_text(encoding="utf-8"), tmp_path, address)
