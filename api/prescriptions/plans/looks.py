"""What the look at the feet before a session renews on file."""

from collections.abc import Sequence
from uuid import UUID

from api.checks.actions import Made
from api.clinical.facts import Observation
from api.clinical.knowledge import library
from api.clinical.looking import Looked, looked
from api.clinical.profile import profile

_TOLD = "foot_check_today"
_CLEAR = "done-clear"


def look(made_of: Made, told: Sequence[Observation], record_id: UUID) -> Looked | None:
    """What a clear look renews; None where nobody told of one, or where it renews nothing.

    Args:
        made_of: the check of the session, with what was told.
        told: for this check; where it says of the feet what is not reassuring, the look was not clear.
        record_id: of the check before the session.
    """
    release, known = library.load(), made_of.judged.known
    table = release.foot_looks.self_check
    if _TOLD not in {one.name for one in told} or _TOLD in known.conflicts or known.values[_TOLD] != _CLEAR:
        return None
    if any(one.name in table.of_each_foot and not table.reassures(one.name, one.value) for one in told):
        return None
    on_file = profile(release, made_of.file.observations, made_of.file.as_of)
    found = looked(release, on_file, known.seen[_TOLD].observed_at, f"pre-session-check {record_id}")
    return found if found.renewed else None
