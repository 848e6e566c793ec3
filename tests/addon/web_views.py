"""The add-on's views as the web client gets them, and the fields that open in them."""

from dataclasses import dataclass

from lxml import etree

from odoo.tools.view_validation import get_expression_field_names

ADDON = "iconic_connector"
RELATIONS = ("many2one", "many2many")
#: What a field of a view may hold as views of its own.
NESTED = ("form", "list", "kanban")
YES = ("1", "True")
NO = ("0", "False")
#: Known in every record; `self` is known on the server alone.
ALWAYS = {"id", "parent.id"}


@dataclass(frozen=True)
class ViewField:
    """A field in a view, or in a view that a field of that view holds.

    `path` names the fields from the view down to it, `type` is its own, `view_type`
    that of the view around it. `opens` tells whether somebody may choose its records.
    `missing` are the names in its domain and context that the view around it lacks.
    """

    path: tuple
    type: str
    view_type: str
    opens: bool
    missing: frozenset


def views_of_addon(env):
    """Return the add-on's views, and those of Odoo that it extends.

    :return: a dict, view without a parent -> the names of the add-on's fields in it,
        None if the whole view is the add-on's
    """
    known = env["ir.model.data"].search(
        [("module", "=", ADDON), ("model", "=", "ir.ui.view")]
    )
    found = {}
    for view in env["ir.ui.view"].browse(known.mapped("res_id")):
        root = view
        while root.mode == "extension":
            root = root.inherit_id
        if root == view:
            found[root] = None
        else:
            names = etree.fromstring(view.arch).xpath("//field/@name")
            found[root] = found.get(root, set()) | set(names)
    return found


def fields_of(view, user):
    """Return the relations in a view as a user's web client sees them.

    :param view: an `ir.ui.view`
    :param user: the user; the view must not depend on a record
    :return: a list of :class:`ViewField`
    """
    model = view.env[view.model].with_user(user)
    root = etree.fromstring(model.get_view(view.id, view.type)["arch"])
    return list(_fields(root, model, (), set(), True))


def _fields(node, model, path, above, editable):
    """Find the relations in a view, and in the views that its fields hold.

    :param node: the view's node
    :param above: the names that the view around it has
    :param editable: whether that one lets anything be written
    """
    nodes = [one for one in node.iter("field") if _view_of(one) is node]
    names = {one.get("name") for one in nodes}
    available = names | ALWAYS | {f"parent.{name}" for name in above}
    editable = editable and _is_editable(node)
    described = model.fields_get(names, ["type", "domain", "context", "readonly"])
    for one in nodes:
        name = one.get("name")
        described_one = described[name]
        writable = editable and _is_writable(one, described_one)
        if described_one["type"] in RELATIONS or "one2many" == described_one["type"]:
            yield ViewField(
                path=(*path, name),
                type=described_one["type"],
                view_type=node.tag,
                opens=writable and not _is_hidden(one, node),
                missing=frozenset(_names(one, described_one, writable) - available),
            )
        for nested in one:
            if nested.tag in NESTED:
                comodel = model.env[model._fields[name].comodel_name]
                yield from _fields(nested, comodel, (*path, name), names, writable)


def _view_of(node):
    return next(
        (one for one in node.iterancestors() if one.tag in (*NESTED, "search")), None
    )


def _is_editable(view):
    if view.get("edit") in NO:
        return False
    # The web client makes neither cards nor other lists editable.
    return view.tag == "form" or bool(view.get("editable") or view.get("multi_edit"))


def _is_writable(node, described):
    """Tell whether somebody may ever write a field; as the web client decides it.

    The view's word comes before the model's (web, `Field.parseFieldNode`).
    """
    readonly = node.get("readonly")
    if readonly is None:
        return not described["readonly"]
    return readonly not in YES


def _is_hidden(node, view):
    """Tell whether a field is never shown."""
    around = [node, *node.iterancestors()]
    return any(
        one.get(name) in YES
        for one in around[: around.index(view)]
        for name in ("invisible", "column_invisible")
    )


def _names(node, described, writable):
    """Return the names that the web client looks up to open a field."""
    expressions = [node.get("context") or described.get("context")]
    if writable:
        # Where the view has no domain, the field's own counts; for `check_company`,
        # Odoo makes it of `company_id`.
        expressions.append(node.get("domain") or described.get("domain"))
    texts = [text for text in expressions if isinstance(text, str)]
    return {name for text in texts for name in get_expression_field_names(text)}
