import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

// Merchant guide, "Customize The Iconic" and "Pull All Open Orders".
registry.category("web_tour.tours").add("iconic_orders_configure", {
    steps: () => [
        ...stepUtils.goToAppSteps("iconic_connector.iconic_connector_menu_root", "Open the app"),
        {
            content: "Open the configuration page of the account",
            trigger: ".o_kanban_record:contains('THE ICONIC') button:contains('Configure')",
            run: "click",
        },
        {
            content: "Test the connection",
            trigger: "button[name='action_test_connection']:visible",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('accepts the credentials')",
        },
        {
            content: "Wait until the form has been read again: that would undo the next click",
            trigger: "button[name='action_test_connection']:not(.btn-primary):visible",
        },
        {
            content: "Go to the deliveries",
            trigger: ".o_notebook .nav-link:contains('Fulfilment and Returns')",
            run: "click",
        },
        {
            content: "Read which carriers there are",
            trigger: "button[name='action_refresh_providers']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='provider_ids']:contains('Coast Couriers')",
        },
        {
            content: "Choose the usual one",
            trigger: ".o_field_widget[name='default_provider_id'] input",
            run: "edit Coast",
        },
        {
            trigger: ".o_field_widget[name='default_provider_id'] .dropdown-item:contains('Coast Couriers')",
            run: "click",
        },
        {
            content: "Go to the Orders section",
            trigger: ".o_notebook .nav-link:contains(/^Orders$/)",
            run: "click",
        },
        {
            content: "Choose where payments go",
            trigger: ".o_field_widget[name='payment_journal_id'] input",
            run: "edit Clearing",
        },
        {
            trigger: ".o_field_widget[name='payment_journal_id'] .dropdown-item:contains('Clearing')",
            run: "click",
        },
        {
            content: "Pull the orders",
            trigger: "button[name='action_pull_open_orders']",
            run: "click",
        },
        {
            trigger: ".o_notification:contains('pulled in the background')",
        },
    ],
});

// Merchant guide, "Order Management" and "Order Fulfillment".
registry.category("web_tour.tours").add("iconic_orders_make_ready", {
    steps: () => [
        ...stepUtils.goToAppSteps("sale.sale_menu_root", "Open Sales"),
        {
            content: "See more than one's own",
            trigger: ".o_searchview_facet .o_facet_remove",
            run: "click",
        },
        {
            content: "Open the filters",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "See the orders of THE ICONIC only",
            trigger: ".o_filter_menu .o_menu_item:contains(/^THE ICONIC$/)",
            run: "click",
        },
        {
            trigger: ".o_searchview_facet:contains('THE ICONIC')",
        },
        {
            content: "Open the order",
            trigger: ".o_data_row .o_data_cell:contains('Matilda')",
            run: "click",
        },
        {
            content: "It is invoiced already",
            trigger: "button[name='action_view_invoice']",
        },
        {
            content: "Open its delivery",
            trigger: "button[name='action_view_delivery']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='iconic_state']:contains('To Make Ready')",
        },
        {
            content: "Enter the tracking number of the parcel",
            trigger: ".o_notebook .nav-link[name='extra']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='carrier_tracking_ref'] input",
            run: "edit CC12345678",
        },
        {
            content: "Say that it is ready to ship",
            trigger: "button[name='action_iconic_ready_to_ship']",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='iconic_state']:contains('Being Made Ready')",
        },
    ],
});

registry.category("web_tour.tours").add("iconic_orders_ship", {
    steps: () => [
        {
            content: "The marketplace knows that it is ready",
            trigger: ".o_field_widget[name='iconic_state']:contains('Ready to Ship')",
        },
        {
            content: "Hand the parcel over",
            trigger: "button[name='button_validate']:visible",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name='iconic_state']:contains('Being Marked Shipped')",
        },
    ],
});

const openHeldOrder = () => [
    ...stepUtils.goToAppSteps("iconic_connector.iconic_connector_menu_root", "Open the app"),
    {
        content: "Open what the dashboard counts",
        trigger: ".o_kanban_record a[name='action_view_orders']:contains(/^1\\s*Held$/)",
        run: "click",
    },
    {
        content: "The list says what is wrong; open the order",
        trigger: ".o_data_row:contains('Held') .o_data_cell[name='attention']:contains('OLD-NAME')",
        run: "click",
    },
];

// README, "An order is held".
registry.category("web_tour.tours").add("iconic_orders_map_sku", {
    steps: () => [
        ...openHeldOrder(),
        {
            content: "Read what is wrong and what to do",
            trigger: ".alert-danger:contains('No product has the SKU OLD-NAME. Choose the product')",
        },
        {
            content: "What Odoo has found needs nobody",
            trigger: ".o_data_row:contains('DRESS-Navy-S') [name='product_id']:contains('Dress')",
        },
        {
            content: "Click the product of the item that stands out",
            trigger: ".o_data_row.text-danger:contains('OLD-NAME') .o_data_cell[name='product_id']",
            run: "click",
        },
        {
            content: "Look for it",
            trigger: ".o_selected_row [name='product_id'] input",
            run: "edit DRESS-Navy-M",
        },
        {
            content: "Choose it",
            trigger: ".o_selected_row [name='product_id'] .dropdown-item:contains('DRESS-Navy-M')",
            run: "click",
        },
        {
            content: "Have it imported",
            trigger: "button[name='action_retry']:visible",
            run: "click",
        },
        {
            content: "Read that it is on its way",
            trigger: ".alert-info:contains('being imported'):visible",
        },
        {
            content: "There is nothing more to do",
            trigger: ".o_form_view:not(:has(.alert-danger:visible, [name='action_retry']:visible))",
        },
    ],
});
