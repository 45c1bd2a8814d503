"""The keys that sign access tokens are made once and rotated without a token being lost."""

import json
import stat
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from api.caller import Caller
from api.commands.keys import keys
from api.web.bearer import Gate, read_keys


@pytest.fixture
def run(app):
    def run(*arguments):
        result = app.test_cli_runner().invoke(keys, arguments)
        assert result.exit_code == 0, result.output
        return result

    return run


def test_keys_are_made_for_their_owner_only_and_stay(run, tmp_path):
    file = tmp_path / "keys.json"
    run("create", str(file))
    made = file.read_text()
    run("create", str(file))
    assert file.read_text() == made
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_after_a_rotation_old_tokens_count_and_new_ones_count_at_servers_not_yet_restarted(run, tmp_path):
    file = tmp_path / "keys.json"
    run("create", str(file))
    before = file.read_text()
    run("rotate", str(file))
    after = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len({key["kid"] for key in json.loads(before)["keys"] + json.loads(after)["keys"]}) == 4
    caller = Caller(clinic_id=uuid4(), client_id=uuid4(), scopes=frozenset({"facts:read"}))
    moment = datetime.now(UTC)
    for signing, checking in ((before, after), (after, before)):
        token = Gate(read_keys(signing), issuer="here", standing=lambda _: True).issue(caller, moment)
        seen = []
        Gate(read_keys(checking), issuer="here", standing=lambda _: True).admit(
            f"Bearer {token}", moment, seen.append
        )
        assert seen == [caller]
