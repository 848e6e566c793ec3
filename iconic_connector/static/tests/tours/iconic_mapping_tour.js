import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");
const field = (name) => `.o_field_widget[name='${name}']`;

const choose = (place, text) => [
    { trigger: `${place} input`, run: `edit ${text}` },
    { trigger: `.o-autocomplete--dropdown-item:contains('${text}')`, run: "click" },
];

const setSource = (attribute, source) => [
    {
        content: `Say where ${attribute} comes from`,
        trigger: `.o_data_row:contains('${attribute}') .o_data_cell[name='source']`,
        run: "click",
    },
    { trigger: ".o_selected_row [name='source'] input", run: "click" },
    { trigger: `.o_select_menu_item:contains('${source}')`, run: "click" },
];

// Merchant guide, "Connect Iconic" and "Align product categories".
tours.add("iconic_mapping_connect", {
    steps: () => [
        {
            content: "Enter the application that Seller Center gave out",
            trigger: `${field("application_id")} input`,
            run: "edit sandbox-application-0001",
        },
        {
            trigger: `${field("application_secret")} input`,
            run: "edit sandbox-application-secret-0123456789abcdef",
        },
        {
            content: "Test the connection",
            trigger: "button[name='action_test_connection']",
            run: "click",
        },
        { trigger: ".o_notification:contains('Sandbox Fashion')" },
        { trigger: ".o_notebook a[name='categories']", run: "click" },
        {
            content: "Have the categories read",
            trigger: "button[name='action_refresh_taxonomy']",
            run: "click",
        },
        { trigger: `${field("taxonomy_step")}:contains('Reading the categories')` },
    ],
});

tours.add("iconic_mapping_map", {
    steps: () => [
        { trigger: ".o_list_button_add", run: "click" },
        { trigger: field("primary_category_id") },
        ...choose(field("categ_id"), "Dresses"),
        ...choose(field("primary_category_id"), "Women / Clothing / Dresses"),
        ...choose(field("variation_attribute_id"), "Size"),
        {
            content: "See what the category asks for",
            trigger: ".o_data_row:contains('Composition')",
        },
        ...setSource("Composition", "Fixed value"),
        { trigger: ".o_selected_row [name='value'] input", run: "edit 100% cotton" },
        ...setSource("Colour family", "Fixed value"),
        ...choose(".o_selected_row [name='option_id']", "Navy"),
        ...setSource("Age group", "Fixed value"),
        ...choose(".o_selected_row [name='option_id']", "Adult"),
        ...setSource("Season", "Season tag"),
        { trigger: ".o_form_button_save", run: "click" },
        { trigger: ".o_form_saved, .o_form_status_indicator_buttons.invisible" },
    ],
});

tours.add("iconic_mapping_values", {
    steps: () => [
        {
            content: "See the one size that THE ICONIC calls otherwise",
            trigger: ".o_group_header:contains('Size')",
            run: "click",
        },
        { trigger: ".o_data_row:contains('Tiny') .o_data_cell[name='option_id']", run: "click" },
        ...choose(".o_selected_row [name='option_id']", "XXS"),
        { trigger: ".o_list_button_save", run: "click" },
        { trigger: ".o_list_renderer:not(:has(.o_selected_row))" },
    ],
});

tours.add("iconic_mapping_check", {
    steps: () => [
        {
            content: "Check the season",
            trigger: "button[name='action_check_products']",
            run: "click",
        },
        { trigger: ".o_notification:contains('All 3 products can be sent')" },
        {
            content: "See that season and mapping are complete",
            trigger: `${field("readiness_ids")} .o_data_row:contains('AW26'):contains('100')`,
        },
        { trigger: `${field("readiness_ids")} .o_data_row:contains('Dresses'):contains('100')` },
    ],
});
