"""`python -m api.clinical.knowledge`: seal and prove the release, before which the service does not start.

With `--check` nothing is written: the published proof is tried again and must come out the same.
"""

import sys

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, releases, steward


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    try:
        if "--check" not in sys.argv[1:]:
            releases.seal()
            _say(f"Sealed {len(library.seal())} rules.")
        steward.prove(_say, check="--check" in sys.argv[1:])
    except KnowledgeFault as fault:
        sys.exit(str(fault))
