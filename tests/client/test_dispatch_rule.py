"""Until when an order has to leave by the seller's own rule."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.dispatch import DispatchRule, urgency

SYDNEY = ZoneInfo("Australia/Sydney")
#: Monday, 30 March, to Friday, 24 April 2026; summer time ends on Sunday, 5 April.
FIRST = date(2026, 3, 30)
#: Good Friday and Easter Monday.
HOLIDAYS = (date(2026, 4, 3), date(2026, 4, 6))


def rule(holidays=HOLIDAYS, days_known=26, **values):
    """Return a rule with work from Monday to Friday until 17:00."""
    days = [FIRST + timedelta(days=one) for one in range(days_known)]
    closings = {
        day: datetime.combine(day, time(17), SYDNEY)
        for day in days
        if day.weekday() < 5 and day not in holidays
    }
    return DispatchRule(zone=SYDNEY, closings=closings, **values)


def sydney(text):
    """Return a moment of April 2026 in Sydney: "1 13:00" for the first, at one."""
    day, clock = text.split()
    at = datetime.combine(date(2026, 4, int(day)), time.fromisoformat(clock))
    return at.replace(tzinfo=SYDNEY)


@pytest.mark.parametrize(
    ("ordered", "ship_by"),
    [
        # Wednesday: a day later, or when work ends.
        ("1 10:00", "2 10:00"),
        ("1 18:00", "2 17:00"),
        # Thursday before Easter: the days off do not count.
        ("2 10:00", "7 10:00"),
        # Good Friday, Saturday, Sunday and Easter Monday.
        ("3 10:00", "7 17:00"),
        ("4 10:00", "7 17:00"),
        ("5 02:30", "7 17:00"),
        ("6 23:59", "7 17:00"),
    ],
)
def test_without_a_cut_off_there_are_24_hours_that_skip_days_off(ordered, ship_by):
    assert rule().ship_by(sydney(ordered)) == sydney(ship_by)


@pytest.mark.parametrize(
    ("ordered", "ship_by"),
    [
        ("1 00:00", "1 17:00"),
        ("1 13:59", "1 17:00"),
        ("1 14:00", "1 17:00"),
        ("1 14:01", "2 14:01"),
        ("2 14:01", "7 14:01"),
        ("4 23:30", "7 17:00"),
    ],
)
def test_what_comes_until_the_cut_off_leaves_the_same_day(ordered, ship_by):
    assert rule(cut_off=time(14)).ship_by(sydney(ordered)) == sydney(ship_by)


def test_what_comes_after_closing_time_leaves_the_next_day():
    found = rule(cut_off=time(20)).ship_by(sydney("1 18:00"))
    assert found == sydney("2 17:00")


@pytest.mark.parametrize(
    ("ordered", "ship_by"),
    [("1 13:00", "2 17:00"), ("1 15:00", "7 15:00"), ("3 12:00", "8 17:00")],
)
def test_more_working_days_move_it_on(ordered, ship_by):
    found = rule(cut_off=time(14), days=2).ship_by(sydney(ordered))
    assert found == sydney(ship_by)


def test_the_day_is_that_of_the_seller():
    # 23:30 UTC on Thursday is Good Friday in Sydney already.
    ordered = datetime(2026, 4, 2, 23, 30, tzinfo=timezone.utc)
    assert rule().ship_by(ordered) == sydney("7 17:00")


def test_the_clock_goes_on_when_summer_time_ends():
    # From Thursday to Tuesday it is five days and one hour.
    ordered = sydney("2 10:00")
    waited = rule().ship_by(ordered).astimezone(timezone.utc) - ordered.astimezone(
        timezone.utc
    )
    assert waited == timedelta(days=5, hours=1)


def test_without_working_days_every_day_counts():
    never = DispatchRule(zone=SYDNEY, closings={}, days=2)
    assert never.ship_by(sydney("1 10:00")) == sydney("3 10:00")


@given(
    minutes=st.integers(0, 20 * 24 * 60),
    cut_off=st.times(),
    days=st.integers(1, 3),
)
def test_it_is_a_working_day_and_no_more_than_the_days_there_are(
    minutes, cut_off, days
):
    one = rule(days_known=60, cut_off=cut_off, days=days)
    ordered = sydney("1 00:00") + timedelta(minutes=minutes)
    found = one.ship_by(ordered)
    assert found >= ordered
    assert found.date() in one.closings
    assert found.time() <= time(17)
    between = [day for day in one.closings if ordered.date() <= day <= found.date()]
    assert days <= len(between) <= days + 1
    # With one day more than there are, it is no later on the last than on the first.
    assert len(between) == days or found.time() <= ordered.time()


@pytest.mark.parametrize(
    ("hour", "found"), [(9, "late"), (10, "today"), (23, "today"), (24, "later")]
)
def test_what_is_due_before_midnight_is_due_today(hour, found):
    midnight = datetime(2026, 4, 1)
    at = midnight + timedelta(hours=hour)
    assert urgency(
        at, midnight + timedelta(hours=10), midnight + timedelta(days=1)
    ) == (found)


def test_without_a_deadline_nothing_is_due():
    assert urgency(False, datetime(2026, 4, 1), datetime(2026, 4, 2)) is None
