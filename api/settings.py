"""What the environment decides, read once into one frozen value."""

import base64
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from joserfc.jwk import ECKey

REPOSITORY = Path(__file__).resolve().parent.parent
DATABASE_NAME = "surefoot"
EMBEDDED_PORT = 5432  # of a Unix socket: only a part of its name
LONGEST_SOCKET_DIRECTORY = 88  # bytes; a Unix socket's whole path may have 103 (macOS) or 107 (Linux)
SMALLEST_WEBHOOK_KEY = 32  # bytes
EARLIER_SCHEMES = ("postgresql://", "postgres://")


class SettingsError(ValueError):
    """The environment asks for something that cannot be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that differs between a laptop, a test and a cluster."""

    database_url: str = field(repr=False)
    owner_database_url: str = field(default="", repr=False)
    jobs_database_url: str = field(default="", repr=False)
    issuer: str = "http://127.0.0.1:8000"
    port: int = 8000
    var: Path = REPOSITORY / "var"
    embedded: bool = False
    signing_keys_file: Path = REPOSITORY / "var" / "signing-keys.json"
    signing_keys: str = field(default="", repr=False)
    webhook_key: str = field(default="", repr=False)
    webhooks_private: bool = False
    body_limit_bytes: int = 1_048_576
    pool_size: int = 4
    pool_overflow: int = 4
    pool_timeout_seconds: float = 5.0
    connect_timeout_seconds: int = 3
    statement_timeout_ms: int = 5_000
    web_workers: int = 2
    web_threads: int = 2
    worker_metrics_port: int = 0
    worker_metrics_host: str = "127.0.0.1"
    proxies: int = 0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings; without `DATABASE_URL` they are those of a laptop with the embedded server.

        Raises:
            SettingsError: a value is malformed, or a file that was named is not there.
        """
        port = _number(environment, "PORT", 8000)
        var = Path(environment.get("SUREFOOT_VAR") or REPOSITORY / "var").resolve()
        keys_file = Path(environment.get("SUREFOOT_SIGNING_KEYS_FILE") or var / "signing-keys.json")
        given = bool(environment.get("SUREFOOT_SIGNING_KEYS_FILE"))
        webhook_key_file = environment.get("SUREFOOT_WEBHOOK_KEY_FILE")
        application, owner, jobs = _database_urls(environment, var)
        return cls(
            database_url=application,
            owner_database_url=owner,
            jobs_database_url=jobs,
            issuer=(environment.get("SUREFOOT_ISSUER") or f"http://127.0.0.1:{port}").rstrip("/"),
            port=port,
            var=var,
            embedded=not environment.get("DATABASE_URL"),
            signing_keys_file=keys_file,
            signing_keys=_signing_keys(keys_file, given=given),
            webhook_key=_webhook_key(
                Path(webhook_key_file or beside(keys_file)), given=given or bool(webhook_key_file)
            ),
            webhooks_private=_number(environment, "SUREFOOT_WEBHOOKS_PRIVATE", 0) == 1,
            body_limit_bytes=_number(environment, "SUREFOOT_BODY_LIMIT_BYTES", 1_048_576),
            pool_size=_number(environment, "SUREFOOT_POOL_SIZE", 4),
            pool_overflow=_number(environment, "SUREFOOT_POOL_OVERFLOW", 4),
            statement_timeout_ms=_number(environment, "SUREFOOT_STATEMENT_TIMEOUT_MS", 5_000),
            web_workers=_number(environment, "SUREFOOT_WEB_WORKERS", 2),
            web_threads=_number(environment, "SUREFOOT_WEB_THREADS", 2),
            worker_metrics_port=_number(environment, "SUREFOOT_WORKER_METRICS_PORT", 0),
            worker_metrics_host=environment.get("SUREFOOT_WORKER_METRICS_HOST") or "127.0.0.1",
            proxies=_number(environment, "SUREFOOT_PROXIES", 0),
        )


def embedded_data(var: Path) -> Path:
    """The data directory of the embedded server."""
    return var / "postgres"


def socket_directory(data: Path) -> Path:
    """Where the server of a data directory listens: in it, or nearer the root if it lies too deep."""
    if len(os.fsencode(data)) <= LONGEST_SOCKET_DIRECTORY:
        return data
    return Path("/tmp") / f"surefoot-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108 made 0700


def embedded_url(data: Path, role: str, database: str = DATABASE_NAME) -> str:
    """The address of a database of the embedded server, for one role."""
    host = quote(str(socket_directory(data)), safe="")
    return f"postgresql+psycopg://{role}@/{database}?host={host}&port={EMBEDDED_PORT}"


def new_signing_keys() -> str:
    """A fresh private JWK set: the current key, the next and the previous one, all ES256."""
    keys = [ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True) for _ in range(3)]
    return json.dumps({"keys": [key.as_dict(private=True) for key in keys]}, indent=2) + "\n"


def write_signing_keys(path: Path) -> None:
    """Keep a fresh key set in a file that only its owner reads; a set that is already there stays."""
    _write_once(path, new_signing_keys())


def beside(signing_keys_file: Path) -> Path:
    """Where the key of the webhooks is, unless it is named: in the folder of the signing keys."""
    return signing_keys_file.with_name("webhook-key")


def new_webhook_key() -> str:
    """A fresh key of 256 bits, from which the secrets of webhooks are derived."""
    return base64.b64encode(os.urandom(32)).decode() + "\n"


def write_webhook_key(path: Path) -> None:
    """Keep a fresh key in a file that only its owner reads; one that is already there stays."""
    _write_once(path, new_webhook_key())


def _write_once(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(text, encoding="ascii")
    try:
        os.link(draft, path)  # fails, atomically, if another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _signing_keys(path: Path, *, given: bool) -> str:
    if not path.is_file():
        if given:
            raise SettingsError(
                f"SUREFOOT_SIGNING_KEYS_FILE names {path}, which is not there: "
                "make it with `flask keys create FILE` (with the variable unset)"
            )
        write_signing_keys(path)
    return _read(path)


def _webhook_key(path: Path, *, given: bool) -> str:
    if not path.is_file():
        if given:
            raise SettingsError(
                f"The key of the webhooks is looked for in {path}, which is not there: make it with "
                "`flask keys create FILE` (with the variables unset), which makes it beside FILE and leaves "
                "keys that are there as they are"
            )
        write_webhook_key(path)
    key = _read(path).strip()
    try:
        size = len(base64.b64decode(key, validate=True))
    except ValueError:
        size = 0
    if size < SMALLEST_WEBHOOK_KEY:
        raise SettingsError(f"{path} holds no key of {8 * SMALLEST_WEBHOOK_KEY} bits in base64")
    return key


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except PermissionError as fault:
        raise SettingsError(
            f"{path} belongs to another user: run as that user, or use another folder"
        ) from fault


def _database_urls(environment: Mapping[str, str], var: Path) -> tuple[str, str, str]:
    if environment.get("DATABASE_URL"):
        return (
            _url(environment["DATABASE_URL"]),
            _url(environment.get("OWNER_DATABASE_URL", "")),
            _url(environment.get("JOBS_DATABASE_URL", "")),
        )
    data = embedded_data(var)
    return (
        embedded_url(data, "surefoot_app"),
        embedded_url(data, "surefoot_owner"),
        embedded_url(data, "surefoot_jobs"),
    )


def _url(text: str) -> str:
    for scheme in EARLIER_SCHEMES:
        if text.startswith(scheme):
            return "postgresql+psycopg://" + text.removeprefix(scheme)
    if text and not text.startswith("postgresql+psycopg://"):
        raise SettingsError("a database URL starts with postgresql://")
    return text


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isascii() or not text.isdigit():
        raise SettingsError(f"{name} is a whole number, not {text!r}")
    return int(text)
