"""The reasons that the marketplace accepts."""

from common import MarketplaceCase, contract, over_both_apis

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from seller_center_sandbox.action import orders as order_actions
from seller_center_sandbox.orders import statuses as order_status
from seller_center_sandbox.rest import orders as rest_orders


@over_both_apis
class TestFailureReasons(MarketplaceCase):
    def read(self):
        self.account.action_refresh_failure_reasons()
        return self.account.failure_reason_ids

    def offer(self, *reasons):
        """Let the marketplace have these reasons only."""
        for module in (order_actions, rest_orders):
            self.patch(module, "FAILURE_REASONS", reasons)

    @contract
    def test_the_reasons_of_sellers_are_read(self):
        found = {(one.reason_type, one.name) for one in self.read()}
        self.assertEqual(
            found,
            {
                (one.type, one.name)
                for one in order_status.FAILURE_REASONS
                if one.type != "canceled_system"
            },
        )

    def test_reasons_that_count_against_the_seller_are_marked(self):
        marked = self.read().filtered("out_of_stock").mapped("name")
        self.assertIn("Out of stock", marked)
        self.assertNotIn("Wrong price", marked)
        # The Action API does not report it; the name has to do.
        self.assertEqual("Damaged stock" in marked, self.api_type == "rest")

    def test_reading_again_duplicates_nothing(self):
        self.assertEqual(self.read(), self.read())

    def test_a_removed_reason_is_archived_and_may_return(self):
        first, second = order_status.FAILURE_REASONS[:2]
        self.offer(first, second)
        self.read()
        self.offer(second)
        self.assertEqual(self.read().mapped("name"), [second.name])
        self.offer(first, second)
        self.assertEqual(len(self.read()), 2)

    @contract
    def test_an_empty_list_removes_no_reason_and_a_person_is_told(self):
        before = self.read()
        self.offer()
        user = new_test_user(
            self.env, "packer", groups="iconic_connector.iconic_connector_group_user"
        )
        self.account.with_user(user).action_refresh_failure_reasons()
        self.assertEqual(self.account.failure_reason_ids, before)
        self.assertIn("Cancellation Reasons", self.account.smaller_lists_note)

    @contract
    def test_the_same_name_may_be_for_several_types(self):
        reason = order_status.FailureReason
        self.offer(reason(1, "canceled", "Damaged"), reason(2, "failed", "Damaged"))
        self.assertEqual(
            sorted(self.read().mapped("reason_type")), ["canceled", "failed"]
        )

    def test_a_marketplace_that_does_not_answer_is_named(self):
        self.add_fault("status", "GetFailureReasons", code=500, times=None)
        with self.assertRaises(UserError):
            self.read()

    def test_they_are_read_only_when_none_are_known(self):
        self.account._ensure_failure_reasons()
        self.account._ensure_failure_reasons()
        self.assertEqual(len(self.calls("GetFailureReasons")), 1)

    def test_salespeople_read_but_do_not_write_them(self):
        reasons = self.read()
        user = new_test_user(self.env, "sally", "sales_team.group_sale_salesman")
        mine = reasons.with_user(user)
        self.assertTrue(mine[0].name)
        with self.assertRaises(AccessError):
            mine[0].name = "Mine"
