"""What follows for prescriptions when something of a patient changes, in the same transaction."""

from uuid import UUID

from api.database.work import Aspect, Work
from api.prescriptions.rechecks import recheck_all


def follow(work: Work, patient_id: UUID, aspects: frozenset[Aspect]) -> None:
    """Check again all that is signed of a patient, after a fact or a clearance changed.

    Whoever changes one stands in the patient's queue: then nobody signs between the change and this.
    """
    if Aspect.FACTS in aspects:
        recheck_all(work, patient_id)
