"""Who asks, for which clinic, and what they are allowed."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

CONSOLE = UUID(int=0)
"""The client id of acts at the console (`flask` commands), which no client has."""


class Scope(StrEnum):
    """What a client may be allowed: `resource:action`. Every action on a resource implies reading it."""

    PATIENTS_READ = "patients:read"
    PATIENTS_WRITE = "patients:write"
    FACTS_READ = "facts:read"
    FACTS_WRITE = "facts:write"
    CHECKS_READ = "checks:read"
    CHECKS_RUN = "checks:run"
    RECOMMENDATIONS_READ = "recommendations:read"
    PRESCRIPTIONS_READ = "prescriptions:read"
    PRESCRIPTIONS_WRITE = "prescriptions:write"
    PRESCRIPTIONS_SIGN = "prescriptions:sign"
    SESSIONS_READ = "sessions:read"
    SESSIONS_WRITE = "sessions:write"
    ADHERENCE_READ = "adherence:read"
    ALERTS_READ = "alerts:read"
    ALERTS_WRITE = "alerts:write"
    CLIENTS_MANAGE = "clients:manage"
    STAFF_READ = "staff:read"
    STAFF_MANAGE = "staff:manage"
    EVENTS_READ = "events:read"
    WEBHOOKS_MANAGE = "webhooks:manage"
    AUDIT_READ = "audit:read"


SCOPES = frozenset(scope.value for scope in Scope)


def implied(scopes: frozenset[str]) -> frozenset[str]:
    """The scopes and what they imply: reading wherever one may do more."""
    return scopes | ({f"{scope.partition(':')[0]}:read" for scope in scopes} & SCOPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A client of one clinic and the scopes of its token."""

    clinic_id: UUID
    client_id: UUID
    scopes: frozenset[str]
    allowed: frozenset[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Work out once what the scopes allow: themselves, and reading wherever one may do more."""
        object.__setattr__(self, "allowed", implied(self.scopes))

    def may(self, scope: str) -> bool:
        """Whether the caller is allowed what the scope names."""
        return scope in self.allowed

    @property
    def wire_id(self) -> str:
        """The client's id as it is written in tokens: the clinic's id, a dot, the client's id."""
        return f"{self.clinic_id}.{self.client_id}"


def parse_wire_id(text: str) -> tuple[UUID, UUID] | None:
    """The clinic's and the client's id out of a `client_id` as clients write it; `None` if it is not one."""
    clinic, dot, client = text.partition(".")
    if not dot or len(clinic) != 36 or len(client) != 36:
        return None
    try:
        return UUID(clinic), UUID(client)
    except ValueError:
        return None
