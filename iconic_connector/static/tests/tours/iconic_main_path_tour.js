import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// Merchant guide, "Sending Products to The Iconic Marketplace".
registry.category("web_tour.tours").add("iconic_main_path", {
    steps: () => [
        ...stepUtils.goToAppSteps("iconic_connector.iconic_connector_menu_root", "Open the app"),
        {
            content: "Open the configuration page of the account",
            trigger: ".o_kanban_record:contains('THE ICONIC') button:contains('Configure')",
            run: "click",
        },
        {
            content: "Look for the season",
            trigger: ".o_field_widget[name='season_tag_ids'] input",
            run: "edit AW26",
        },
        {
            content: "Choose the season",
            trigger: ".o_field_widget[name='season_tag_ids'] .dropdown-item:contains('AW26')",
            run: "click",
        },
        {
            content: "See how many products match",
            trigger: ".o_field_widget[name='matching_count']:contains('3')",
        },
        {
            content: "Check the products",
            trigger: "button[name='action_check_products']",
            run: "click",
        },
        {
            content: "See that one of them fails, and why",
            trigger: ".o_field_widget[name='problem_summary']:contains('Barcode missing')",
        },
        {
            trigger: ".o_field_widget[name='failing_count']:contains('1')",
        },
        {
            content: "Send the products",
            trigger: "button[name='action_send_products']",
            run: "click",
        },
        {
            content: "Confirm",
            trigger: ".modal-footer button.btn-primary",
            run: "click",
        },
        {
            content: "Read that they are on their way",
            trigger: ".o_notification:contains('pass the check: 3.')",
        },
        {
            content: "See the listings",
            trigger: ".oe_stat_button:contains('Listings')",
            run: "click",
        },
        {
            trigger: ".o_list_renderer .o_data_row:contains('WRAP-S'):contains('Awaiting Creation')",
        },
        {
            content: "Open one of them",
            trigger: ".o_data_row .o_data_cell:contains('WRAP-M')",
            run: "click",
        },
        {
            trigger: ".o_form_renderer .o_field_widget[name='wanted_price']:contains('129')",
        },
    ],
});
