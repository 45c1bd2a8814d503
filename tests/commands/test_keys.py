"""The keys that sign access tokens are made once and rotated without a token being lost."""

import json
import stat
from base64 import b64decode
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from api.caller import Caller
from api.commands.keys import keys
from api.settings import Settings, SettingsError
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


def test_the_key_of_the_webhooks_is_made_beside_and_not_rotated(run, tmp_path):
    file = tmp_path / "keys.json"
    key = tmp_path / "webhook-key"
    run("create", str(file))
    made = key.read_text()
    assert len(b64decode(made)) == 32
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    run("create", str(file))
    run("rotate", str(file))
    assert key.read_text() == made


def test_a_server_does_not_start_without_its_keys(run, tmp_path):
    file = tmp_path / "keys.json"
    named = {"SUREFOOT_VAR": str(tmp_path), "SUREFOOT_SIGNING_KEYS_FILE": str(file)}
    with pytest.raises(SettingsError, match="SUREFOOT_SIGNING_KEYS_FILE names"):
        Settings.from_environment(named)
    run("create", str(file))
    assert len(b64decode(Settings.from_environment(named).webhook_key)) == 32
    (tmp_path / "webhook-key").unlink()
    with pytest.raises(SettingsError, match="flask keys create"):
        Settings.from_environment(named)
    weak = tmp_path / "weak"
    weak.write_text("c2hvcnQ=\n")
    with pytest.raises(SettingsError, match="holds no key of 256 bits"):
        Settings.from_environment(named | {"SUREFOOT_WEBHOOK_KEY_FILE": str(weak)})


def test_a_laptop_makes_its_own_keys(tmp_path):
    made = Settings.from_environment({"SUREFOOT_VAR": str(tmp_path)})
    assert made == Settings.from_environment({"SUREFOOT_VAR": str(tmp_path)})
    assert not made.webhooks_private
