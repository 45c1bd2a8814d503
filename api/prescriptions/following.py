"""What follows for prescriptions when something of a patient changes, in the same transaction."""

from api.database.work import Affected, Aspect, Work
from api.prescriptions.rechecks import recheck_all


def follow(work: Work, affected: Affected) -> None:
    """Check again all that is signed of these patients, after a fact or a clearance changed.

    Whoever changes one stands in the patient's queue: then nobody signs between the change and this.
    """
    for patient_id, aspects in affected.items():
        if Aspect.FACTS in aspects:
            recheck_all(work, patient_id)
