import gc
import weakref

from dashboards import data
from scoring import period_of


def test_a_result_is_computed_once_for_a_snapshot(empty):
    period = period_of(empty.taken.date(), "month")
    first = data.group_result(empty, empty.units_now, period)
    assert data.group_result(empty, empty.units_now, period) is first


def test_results_go_with_a_snapshot_that_nobody_looks_at_any_more(empty):
    period = period_of(empty.taken.date(), "month")
    old = data._record().snapshots.latest(now=data.now().replace(year=2027))
    data.group_result(old, old.units_now, period)
    gone = weakref.ref(old)
    del old
    data._record().snapshots.latest(now=data.now().replace(year=2028))
    gc.collect()
    assert gone() is None
