"""What is read beside a report reaches as far as the release looks back."""

from datetime import timedelta

from api.clinical.knowledge import library
from api.sessions import files


def test_what_is_read_covers_every_trend():
    trends = library.load().triaging.trends
    assert timedelta(days=max(2 * one.within_days + 1 for one in trends)) < files.LOOKS_BACK
    assert timedelta(days=max(one.first_days for one in trends)) < files.FIRST_DAYS
