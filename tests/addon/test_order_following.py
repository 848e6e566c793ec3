"""The job that follows orders: it leaves none behind."""

from unittest.mock import patch

from ordering import OrderCase

from odoo import fields

from odoo.addons.base.models import ir_cron


class TestFollowingOrders(OrderCase):
    def while_following(self, happening):
        """Let something happen whenever an order is about to be followed.

        :param happening: a function of the order
        """
        model = type(self.env["iconic.order"])
        follow = model._follow

        def happen_and_follow(order):
            happening(order)
            follow(order)

        self.startPatcher(patch.object(model, "_follow", happen_and_follow))

    def test_a_job_without_time_left_keeps_no_order_waiting(self):
        self.startPatcher(patch.object(ir_cron, "MIN_TIME_PER_JOB", 0))
        for _number in range(4):
            self.place(self.small)
        self.catch_up()
        self.assertEqual(len(self.account.order_ids.sale_order_id), 4)

    def test_an_order_that_breaks_the_job_does_not_keep_its_neighbours(self):
        bad, *others = [self.place(self.small) for _number in range(4)]
        self.pull()

        def break_off(order):
            if order == self.order(bad):
                raise ZeroDivisionError

        self.while_following(break_off)
        self.run_failing_cron("order_follow")
        self.account.order_ids.filtered("follow_at").follow_at = fields.Datetime.now()
        self.run_failing_cron("order_follow")
        for placed in others:
            self.assertTrue(self.order(placed).sale_order_id)
        self.assertFalse(self.order(bad).sale_order_id)

    def test_what_becomes_new_meanwhile_is_followed_later(self):
        placed = self.place(self.small)
        self.pull()
        self.while_following(lambda order: order.write({"needs_follow": True}))
        self.startPatcher(
            patch.object(type(self.account), "_sync_order_alarm", _stop_here)
        )
        self.run_failing_cron("order_follow")
        order = self.order(placed)
        self.assertEqual((order.state, order.needs_follow), ("imported", True))


def _stop_here(_account):
    raise ZeroDivisionError
