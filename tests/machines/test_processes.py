import os
import re
import sys

import pytest

from undertone.errors import AudioError, MissingExtraError, UnknownNameError
from undertone.machines import spread


@pytest.mark.parametrize("workers", [1, 2])
def test_results_come_in_order_with_progress(workers):
    told = []
    assert spread(lambda item: 2 * item, range(50), workers=workers, progress=lambda *t: told.append(t)) == [
        2 * item for item in range(50)
    ]
    assert told[-1] == (50, 50, "")
    assert [done for done, _, _ in told] == sorted(done for done, _, _ in told)


def test_other_processes_are_used_when_there_is_enough_to_do():
    assert len(set(spread(lambda _: os.getpid(), range(60), workers=2)) - {os.getpid()}) >= 1
    assert set(spread(lambda _: os.getpid(), range(20), workers=2)) == {os.getpid()}
    assert os.getpid() not in spread(lambda _: os.getpid(), range(2), workers=2, chunk=1)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("error", [AudioError("clip 30 is empty"), UnknownNameError("label", "hapy", ["happy"])])
def test_error_comes_out_as_itself(workers, error):
    def fails(item):
        if item == 30:
            raise error
        return item

    with pytest.raises(type(error), match=re.escape(str(error))):
        spread(fails, range(60), workers=workers)


def test_nothing_to_do():
    assert spread(abs, []) == []


def test_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "joblib", None)
    with pytest.raises(MissingExtraError, match="several processes needs the package 'joblib'"):
        spread(abs, range(60), workers=2)
