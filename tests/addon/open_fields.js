/**
 * Opens fields of forms and lists as a user does: a click, and the records to choose from
 * drop down.
 *
 * A target is a view: {name, model, view, type, record, fields}. A field is the list of
 * the names from the view down to it. What fails is written to the console as one error,
 * else there is "test successful".
 */
async function openFields(targets) {
    // Milliseconds.
    const PATIENCE = 5000;
    const BETWEEN_CLICKS = 1000;
    const FOCUSABLE = "input, select, .o_select_menu_toggler";
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    const problems = [];
    let place = "";
    let failed = false;
    // The web client writes each error of its own there.
    const writeError = console.error.bind(console);
    console.error = (...what) => {
        failed = true;
        problems.push(`${place}: ${what.map((one) => one?.message ?? one).join(" ")}`);
    };

    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    async function until(find) {
        const limit = Date.now() + PATIENCE;
        let found = find();
        while (!found && Date.now() < limit) {
            await pause();
            found = find();
        }
        return found;
    }
    const first = (root, selector) =>
        [...root.querySelectorAll(selector)].find((one) => one.checkVisibility());
    const escape = (element) =>
        element.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));

    /** Open the field's drop-down, if it has one, and close it again. */
    async function open(widget) {
        failed = false;
        const input = first(widget, "input.o-autocomplete--input");
        if (!input) {
            return Boolean(first(widget, FOCUSABLE));
        }
        let clickedAt = 0;
        const isLoaded = () => {
            const menu = widget.querySelector(".o-autocomplete--dropdown-menu");
            // Whatever scrolls, such as the focus, closes a drop-down again.
            if (!menu && Date.now() > clickedAt + BETWEEN_CLICKS) {
                clickedAt = Date.now();
                input.click();
            }
            return failed || (menu?.children.length && !menu.querySelector(".o_loading"));
        };
        input.focus();
        await pause();
        const loaded = await until(isLoaded);
        escape(input);
        return loaded;
    }

    /** Bring a row into editing, an added one if there is none; return the cell. */
    async function editRow(list, name) {
        const chosen = `.o_selected_row td[name="${name}"]`;
        const button =
            list.querySelector(chosen) ??
            list.querySelector(`.o_data_row td[name="${name}"]`) ??
            first(list, ".o_field_x2many_list_row_add a, .o_list_button_add");
        button?.click();
        await until(() => list.querySelector(chosen)?.querySelector(FOCUSABLE));
        return list.querySelector(chosen);
    }

    /** Leave the row that is being edited as it was. */
    async function leaveRow(list) {
        const row = list.querySelector(".o_selected_row");
        if (row) {
            escape(row.querySelector("input") ?? row);
            await until(() => !list.querySelector(".o_selected_row"));
        }
    }

    /** Open the first card, and return its field in the form that comes. */
    async function openCard(cards, name) {
        first(cards, ".o_kanban_record:not(.o_kanban_ghost)")?.click();
        const form = await until(() => document.querySelector(".modal .o_form_renderer"));
        return form && findField(form, name);
    }

    async function closeDialogs() {
        for (const button of document.querySelectorAll(".modal .btn-close")) {
            button.click();
        }
        await until(() => !document.querySelector(".modal"));
    }

    function findField(view, name) {
        const shown = [...view.querySelectorAll(`.o_field_widget[name="${name}"]`)];
        return shown.find(
            (one) => one.checkVisibility() && !one.parentElement.closest(".o_field_widget")
        );
    }

    /** Bring what is to be opened to where a user may click on it. */
    async function reach(holder, name) {
        if (!name) {
            return holder;
        }
        const hasCards = holder.querySelector(".o_kanban_renderer");
        return hasCards ? openCard(holder, name) : editRow(holder, name);
    }

    async function openWhatIsShown(target, view, waiting) {
        for (const path of [...waiting]) {
            place = `${target.name}, ${path.join(".")}`;
            const inList = target.type === "list";
            const holder = inList ? view : findField(view, path[0]);
            if (!holder) {
                continue;
            }
            const widget = await reach(holder, path[inList ? 0 : 1]);
            if (!widget || !(await open(widget))) {
                problems.push(`${place}: it did not open`);
            }
            await closeDialogs();
            waiting.delete(path);
            if (![...waiting].some(([name]) => inList || name === path[0])) {
                await leaveRow(holder);
            }
        }
    }

    async function openView(target) {
        place = target.name;
        await action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: target.model,
                res_id: target.record,
                views: [[target.view, target.type]],
            },
            { clearBreadcrumbs: true }
        );
        // The frame of a view comes before its contents.
        await until(() => document.querySelector(`.o_${target.type}_renderer`));
        const view = document.querySelector(`.o_${target.type}_view`);
        const waiting = new Set(target.fields);
        await openWhatIsShown(target, view, waiting);
        for (const tab of view.querySelectorAll(".o_notebook_headers .nav-link")) {
            tab.click();
            await until(() => tab.classList.contains("active"));
            await openWhatIsShown(target, view, waiting);
        }
        for (const path of waiting) {
            problems.push(`${target.name}, ${path.join(".")}: it is not shown`);
        }
    }

    for (const target of targets) {
        await openView(target);
    }
    if (problems.length) {
        writeError(`Fields that do not open:\n${problems.join("\n")}`);
    } else {
        console.log("test successful");
    }
}
