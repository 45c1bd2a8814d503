"""`python -m api.clinical.knowledge`: seal the release, before which the service does not start."""

import sys

from api.clinical.errors import KnowledgeFault
from api.clinical.knowledge import library, releases

if __name__ == "__main__":
    try:
        releases.seal()
        release = library.read(library.HERE)
    except KnowledgeFault as fault:
        sys.exit(str(fault))
    sys.stderr.write(f"Sealed {len(release.rules)} rules of release {release.id}.\n")
