/**
 * Views that show by themselves what jobs have changed.
 *
 * Jobs name the records that have changed; a view that shows some of them reads them
 * again, unless the user has unsaved edits.
 */
import { onWillUnmount } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formView } from "@web/views/form/form_view";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";

const CHANGED = "iconic_connector/changed";

const live = (view, isFree) => ({
    ...view,
    Controller: class extends view.Controller {
        setup() {
            super.setup();
            const bus = useService("bus_service");
            const reload = async ({ model, ids }) => {
                const root = this.model.root;
                if (root.resModel === model && (await isFree(root, ids))) {
                    await root.load();
                }
            };
            bus.start();
            bus.subscribe(CHANGED, reload);
            onWillUnmount(() => bus.unsubscribe(CHANGED, reload));
        }
    },
});

const isFreeForm = async (root, ids) => ids.includes(root.resId) && !(await root.isDirty());
const isFreeList = (root) => !root.editedRecord && !root.selection.length;

registry.category("views").add("iconic_live_form", live(formView, isFreeForm));
registry.category("views").add("iconic_live_list", live(listView, isFreeList));
registry.category("views").add("iconic_live_kanban", live(kanbanView, isFreeList));
