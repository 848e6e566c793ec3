"""How many pieces are offered of those that are free (design, section 6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.offered_quantities import (
    Limits,
    LineNeeds,
    kits_possible,
    whole,
)

pieces = st.integers(-20, 50)
few = st.integers(0, 20)


class TestLimits:
    @pytest.mark.parametrize(
        ("limits", "available", "offered"),
        [
            (Limits(), 7, 7),
            (Limits(), 7.9, 7),
            (Limits(), -2, -2),
            (Limits(buffer=2), 7, 5),
            (Limits(buffer=9), 7, -2),
            (Limits(cap=3), 7, 3),
            (Limits(share=50), 7, 3),
            (Limits(share=50), 1, 0),
            (Limits(share=100), 7, 7),
            (Limits(share=29), 100, 29),
            (Limits(share=50), -3, -3),
            (Limits(buffer=5, share=50), 7, 2),
            (Limits(buffer=1, cap=4, share=80), 7, 4),
        ],
    )
    def test_the_lowest_of_them_counts(self, limits, available, offered):
        assert limits.offered(available) == offered

    @given(pieces, few, few, st.integers(0, 100))
    def test_never_more_than_there_are(self, available, buffer, cap, share):
        offered = Limits(buffer, cap, share).offered(available)
        assert offered <= available - buffer
        assert not cap or offered <= cap
        assert not share or available <= 0 or offered * 100 <= available * share


class TestNeedsOfALine:
    @pytest.mark.parametrize(
        ("needs", "unreserved"),
        [
            (LineNeeds(1, waiting=2), 2),
            (LineNeeds(1, waiting=2, reserved=2), 0),
            (LineNeeds(1, waiting=2, reserved=1), 1),
            (LineNeeds(2, waiting=2, reserved=1), 3),
            # One was delivered, and the marketplace does not know it yet.
            (LineNeeds(1, waiting=2, reserved=1, left=1), 0),
            # One was delivered and counts as gone there.
            (LineNeeds(1, waiting=1, gone=1, left=1), 1),
            # It came back by hand: what is sold is on the shelf again.
            (LineNeeds(1, waiting=1, left=1, returned=1), 1),
            # It came back from the buyer, and the other one is reserved.
            (LineNeeds(1, waiting=1, gone=1, reserved=1, left=1, returned=1), 0),
            # It came back and was received: nothing of it is gone any more.
            (LineNeeds(1, waiting=1, left=1, returned=1), 1),
            # The marketplace says shipped, Odoo has not delivered it.
            (LineNeeds(1, waiting=1, gone=1, reserved=1), 1),
            (LineNeeds(1, waiting=0, gone=3), 3),
            (LineNeeds(1, waiting=0, gone=3, left=3), 0),
            (LineNeeds(0, waiting=2), 0),
        ],
    )
    def test_is_what_is_neither_reserved_nor_delivered(self, needs, unreserved):
        assert needs.unreserved() == unreserved


class TestKits:
    def test_the_scarcest_component_decides(self):
        assert kits_possible({"top": 5, "sock": 9}, {"top": 1, "sock": 2}) == 4.5

    def test_oversold_components_make_less_than_no_kit(self):
        assert kits_possible({"top": -1}, {"top": 1}) == -1


def test_fractions_that_make_a_whole_are_one():
    assert whole(0.3 / 0.1) == 3
    assert whole(2.9) == 2
    assert whole(-0.5) == -1
