"""What the campaign's watch makes of what it saw."""

import pytest

from scripts.chaos.watch import Series


@pytest.fixture
def series():
    """Looked at each second from 0 to 9; the value rose at 3 and fell at 6."""
    series = Series()
    for at in range(10):
        series.add(at, {"TOP": 7 if 3 <= at < 6 else 5})
    return series


@pytest.mark.parametrize(
    ("begin", "end", "values"),
    [
        (0.5, 1.5, [5]),
        (1.5, 2.5, [5, 7]),
        (3.5, 4.5, [7]),
        (4.5, 5.5, [7, 5]),
        (0, 9, [5, 7, 5]),
    ],
)
def test_the_values_around_a_time_are_those_of_the_looks_before_to_after_it(
    series, begin, end, values
):
    assert [*series.between("TOP", begin, end).values()] == values


@pytest.mark.parametrize(("begin", "end"), [(-1, 2), (8, 9.5)])
def test_a_time_that_nobody_saw_whole_is_not_judged(series, begin, end):
    assert series.between("TOP", begin, end) == {}


def test_a_time_in_which_nobody_looked_for_long_is_not_judged(series):
    series.add(20, {"TOP": 5})
    assert series.between("TOP", 8, 15) == {}
    assert series.between("TOP", 1, 8) == {0: 5, 3: 7, 6: 5}
