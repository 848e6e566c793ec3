import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const field = (name) => `.o_field_widget[name='${name}']`;

// Product category, category of THE ICONIC, size, and attributes beside those of all.
const MATERIAL = [["Material", "Material"]];
const UPPER = [["Upper material", "Material"]];
const MAPPINGS = [
    ["Women / Dresses", "Women / Clothing / Dresses", "Size"],
    ["Women / Pants", "Women / Clothing / Pants", "Size"],
    ["Women / Jackets & Coats", "Women / Clothing / Jackets & Coats", "Size"],
    ["Women / Skirts", "Women / Clothing / Skirts", "Size"],
    ["Women / Sneakers", "Women / Shoes / Sneakers", "Shoe Size", UPPER],
    ["Women / Boots", "Women / Shoes / Boots", "Shoe Size", UPPER],
    ["Women / Sandals", "Women / Shoes / Sandals", "Shoe Size", UPPER],
    ["Women / Bags", "Women / Accessories / Bags", "", MATERIAL],
    ["Men / T-Shirts", "Men / Clothing / T-Shirts", "Size"],
    ["Men / Shirts", "Men / Clothing / Shirts", "Size"],
    ["Men / Knitwear", "Men / Clothing / Knitwear", "Size"],
    ["Men / Hats", "Men / Accessories / Hats", "", MATERIAL],
];

const choose = (place, text) => [
    { trigger: `${place} input`, run: `edit ${text}` },
    { trigger: `.o-autocomplete--dropdown-item:contains(/^${text}$/)`, run: "click" },
];

const setSource = (attribute, source) => [
    {
        content: `Say where ${attribute} comes from`,
        trigger: `.o_data_row:has(.o_data_cell[name='attribute_id']:contains(/^${attribute}$/)) .o_data_cell[name='source']`,
        run: "click",
    },
    { trigger: ".o_selected_row [name='source'] input", run: "click" },
    { trigger: `.o_select_menu_item:contains(${source})`, run: "click" },
];

const fromAttribute = (attribute, own) => [
    ...setSource(attribute, "Product attribute"),
    ...choose(".o_selected_row [name='product_attribute_id']", own),
];

const map = ([source, target, size, more = []]) => [
    { content: `Map ${source}`, trigger: "button.o_list_button_add, button.o_form_button_create", run: "click" },
    { trigger: ".o_breadcrumb:contains(New)" },
    ...choose(field("categ_id"), source),
    ...choose(field("primary_category_id"), target),
    ...(size ? choose(field("variation_attribute_id"), size) : []),
    {
        content: "See what the category asks for",
        trigger: ".o_data_row:contains(Composition)",
    },
    ...fromAttribute("Colour family", "Colour"),
    ...fromAttribute("Composition", "Composition"),
    ...more.flatMap(([attribute, own]) => fromAttribute(attribute, own)),
    ...setSource("Age group", "Fixed value"),
    ...choose(".o_selected_row [name='option_id']", "Adult"),
    ...setSource("Season", "Season tag"),
    ...stepUtils.saveForm(),
];

const mapMidnight = [
    {
        content: "See the one colour that THE ICONIC calls otherwise",
        trigger: ".o_group_header:contains(Colour):not(.o_group_open)",
        run: "click",
    },
    {
        trigger: ".o_data_row:contains(Midnight):not(:contains(Navy)) .o_data_cell[name='option_id']",
        run: "click",
    },
    ...choose(".o_selected_row [name='option_id']", "Navy"),
    { trigger: ".o_list_button_save", run: "click" },
    { trigger: ".o_list_renderer:not(:has(.o_selected_row))" },
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
        { trigger: ".o_notification:contains(Sandbox Fashion)", timeout: 60000 },
        {
            content: "Wait until the form has been read again: that would undo the next click",
            trigger: "button[name='action_test_connection']:not(.btn-primary)",
        },
        { trigger: ".o_notebook a[name='categories']", run: "click" },
        {
            content: "Have the categories read",
            trigger: "button[name='action_refresh_taxonomy']",
            run: "click",
        },
        { trigger: ".alert .o_data_row:contains(Read Categories)" },
    ],
});

// Dresses alone, or all of the demo's goods.
tours.add("iconic_mapping_map", { steps: () => map(MAPPINGS[0]) });
tours.add("iconic_mapping_map_all", { steps: () => MAPPINGS.flatMap(map) });

// Clothing, shoes and accessories have a list of colours each.
tours.add("iconic_mapping_values", { steps: () => mapMidnight });
tours.add("iconic_mapping_values_all", { steps: () => Array(3).fill(mapMidnight).flat() });

tours.add("iconic_mapping_check", {
    steps: () => [
        {
            content: "Check both seasons",
            trigger: "button[name='action_check_products']",
            run: "click",
        },
        { trigger: ".o_notification:contains(products can be sent)", timeout: 60000 },
        {
            content: "See that seasons and mappings are complete",
            trigger: `${field("readiness_ids")} .o_data_row:contains(Women / Dresses):contains(100)`,
        },
    ],
});
