"""Until when an order has to leave, and how urgent that is. Knows nothing of Odoo."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property


@dataclass(frozen=True)
class DispatchRule:
    """The seller's own rule, for orders to which the marketplace sets no time.

    By default it is the marketplace's: 24 hours, days off not counted (THE ICONIC,
    Delayed Dispatch).

    :param zone: where the seller works
    :param closings: each working day -> when work ends on it, aware
    :param cut_off: on a working day, orders until then count as that day's
    :param days: how many working days there are for an order, 1 or more
    """

    zone: tzinfo
    closings: Mapping[date, datetime]
    cut_off: time = time.min
    days: int = 1

    @cached_property
    def _working_days(self) -> list[date]:
        return sorted(self.closings)

    def ship_by(self, ordered_at: datetime) -> datetime:
        """Return until when an order has to leave.

        One that comes until the cut-off, or on a day off, leaves until closing time on
        the first working day or as many later as the rule allows. One that comes later,
        or after closing time, has full days of 24 hours.

        :param ordered_at: aware
        :return: aware; full days of 24 hours if the working days known do not suffice
        """
        local = ordered_at.astimezone(self.zone)
        first = bisect_left(self._working_days, local.date())
        known = self._working_days[first:]
        after_cut_off = known[:1] == [local.date()] and (
            local.time() > self.cut_off or local > self.closings[known[0]]
        )
        wanted = self.days if after_cut_off else self.days - 1
        if wanted >= len(known):
            return ordered_at + timedelta(days=self.days)
        closing = self.closings[known[wanted]]
        if not after_cut_off:
            return closing
        same_time = closing.replace(
            hour=local.hour,
            minute=local.minute,
            second=local.second,
            microsecond=local.microsecond,
        )
        return min(closing, same_time)


def urgency(deadline, now, midnight) -> str | None:
    """Return how much time is left: one of `statuses.DUE`, None without a deadline.

    :param deadline: maybe None or False
    :param midnight: when the seller's day ends
    """
    if not deadline:
        return None
    if deadline < now:
        return "late"
    return "today" if deadline < midnight else "later"
