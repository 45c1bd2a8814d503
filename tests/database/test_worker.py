from contextlib import contextmanager, nullcontext
from uuid import uuid4

from api.database.worker import Task, turn


def test_a_turn_runs_every_due_task_until_nothing_is_left():
    left = {uuid4(): 3, uuid4(): 1}

    def run(work):
        step = min(left[work], 2)
        left[work] -= step
        return step

    task = Task(name="count", due=lambda jobs, moment: list(left), run=run)
    assert turn([task], nullcontext, nullcontext) == (4, 0)
    assert set(left.values()) == {0}


def test_a_fault_in_one_clinic_stops_no_other_and_is_counted(caplog):
    broken, whole = uuid4(), uuid4()
    done = []

    @contextmanager
    def works(clinic_id):
        if clinic_id == broken:
            raise ValueError("a fault")
        yield clinic_id

    def run(clinic_id):
        if clinic_id in done:
            return 0
        done.append(clinic_id)
        return 1

    def unanswered(jobs, moment):
        raise OSError("away")

    tasks = [
        Task(name="unanswered", due=unanswered, run=run),
        Task(name="count", due=lambda jobs, moment: [broken, whole], run=run),
    ]
    with caplog.at_level("ERROR", logger="surefoot.worker"):
        assert turn(tasks, nullcontext, works) == (1, 2)
    assert done == [whole]
    assert [record.task for record in caplog.records] == ["unanswered", "count"]
