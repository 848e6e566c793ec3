/**
 * Views that show by themselves what jobs have changed.
 *
 * Jobs name the records that have changed; a view that shows some of them reads them
 * again as soon as the user is not in the middle of something there.
 */
import { onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { RelationalModel } from "@web/model/relational_model/relational_model";
import { formView } from "@web/views/form/form_view";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

const CHANGED = "iconic_connector/changed";
// The shortest time between two readings, in milliseconds.
const PAUSE = 500;

/**
 * Give what is read again the identity of what it replaces. Rows then stay in place with
 * their focus and their tick, and a click that has begun is not lost.
 */
function keepIdentity(old, current, key) {
    const known = new Map(old.map((one) => [JSON.stringify(one[key]), one]));
    for (const one of current) {
        const before = known.get(JSON.stringify(one[key]));
        if (before) {
            one.id = before.id;
            one.selected = before.selected;
            if (one.list) {
                keepIdentities(before.list, one.list);
            }
        }
    }
}

function keepIdentities(old, current) {
    if (current.isGrouped) {
        keepIdentity(old.groups, current.groups, "value");
    } else {
        keepIdentity(old.records, current.records, "resId");
    }
}

const steady = (List) =>
    class extends List {
        _setData(data) {
            const { groups } = this;
            const records = this.isGrouped ? undefined : this.records;
            super._setData(data);
            if (this.model.isRefreshing && (groups || records)) {
                keepIdentities({ groups, records }, this);
            }
        }
    };

class LiveModel extends RelationalModel {
    static DynamicRecordList = steady(RelationalModel.DynamicRecordList);
    static DynamicGroupList = steady(RelationalModel.DynamicGroupList);

    async refresh() {
        this.isRefreshing = true;
        try {
            await this.root.load();
        } finally {
            this.isRefreshing = false;
        }
    }
}

/**
 * Have a view read its records again when a job has changed some of them.
 *
 * @param {LiveModel} model
 * @param {(ids: number[]) => boolean} shows whether it shows one of these records
 * @param {() => boolean} isBusy whether the user would be disturbed
 */
function useRefresh(model, shows, isBusy) {
    const bus = useService("bus_service");
    let isDue = false;
    // Set while it reads and pauses.
    let timer;
    const refresh = async () => {
        let pause = PAUSE;
        if (!isDue) {
            timer = undefined;
            return;
        }
        if (!isBusy()) {
            isDue = false;
            const beganAt = Date.now();
            // Nobody has asked for it: if it fails, the next message repeats it.
            await model.refresh().catch(() => {});
            // Open screens must not keep the server busy.
            pause = Math.max(PAUSE, 3 * (Date.now() - beganAt));
        }
        timer = browser.setTimeout(refresh, pause);
    };
    const onChanged = (changed) => {
        if (model.root?.resModel === changed.model && shows(changed.ids)) {
            isDue = true;
            timer ??= browser.setTimeout(refresh);
        }
    };
    bus.start();
    bus.subscribe(CHANGED, onChanged);
    onWillUnmount(() => {
        isDue = false;
        browser.clearTimeout(timer);
        bus.unsubscribe(CHANGED, onChanged);
    });
}

class LiveFormController extends formView.Controller {
    setup() {
        super.setup();
        this.fieldIsDirty = false;
        useBus(this.model.bus, "FIELD_IS_DIRTY", (ev) => (this.fieldIsDirty = ev.detail));
        useRefresh(
            this.model,
            (ids) => ids.includes(this.model.root.resId),
            () => this.isBusy
        );
    }

    /** Whether there are unsaved edits, or some have begun in a list or a dialog. */
    get isBusy() {
        const { root } = this.model;
        const isEditing = Object.values(root.data).some((value) => value?.editedRecord);
        return root.dirty || this.fieldIsDirty || isEditing || this.formInDialog > 0;
    }
}

const liveList = (view) => ({
    ...view,
    Model: LiveModel,
    Controller: class extends view.Controller {
        setup() {
            super.setup();
            useRefresh(
                this.model,
                () => true,
                () => Boolean(this.model.root.editedRecord)
            );
        }
    },
});

registry.category("views").add("iconic_live_form", {
    ...formView,
    Model: LiveModel,
    Controller: LiveFormController,
});
registry.category("views").add("iconic_live_list", liveList(listView));
registry.category("views").add("iconic_live_kanban", liveList(kanbanView));
