"""What the web client asks for when it opens a view, made from the view itself."""

import ast

from lxml import etree

VIEWS = ("list", "kanban", "form")
ALWAYS = ("1", "True")
#: Records that the web client shows at once, where the view does not say.
LIMITS = {"list": 80, "kanban": 40, "form": 40}
#: Beyond so many it counts no further.
COUNT_LIMIT = 10001


def specification(arch, model, models):
    """Return the fields that a view reads, and those of the views in it.

    As `getFieldsSpec` of the web client: what is hidden is read, too, but without the
    names of records.

    :param arch: the view, as text
    :param model: its model
    :param models: what `get_views` says of the fields of each model
    :return: a dict, as `web_read` takes it
    """
    return _fields(etree.fromstring(arch), model, models)


def filter_domain(arch, names):
    """Return the domain of some filters of a search view.

    :param arch: the view, as text
    :param names: those of the filters
    """
    root = etree.fromstring(arch)
    domain = []
    for name in names:
        (node,) = root.xpath(f"//filter[@name='{name}']")
        domain += ast.literal_eval(node.get("domain"))
    return domain


def default_order(arch):
    """Return the order that a view has of its own, None for the model's."""
    return etree.fromstring(arch).get("default_order")


def _fields(view, model, models):
    found = {}
    for node in view.iter("field"):
        if _view_of(node) is view:
            name = node.get("name")
            found[name] = found.get(name, {}) | _field(node, model, models)
    return found


def _view_of(node):
    """Return the view that a field is in: the innermost."""
    return next(one for one in node.iterancestors() if _is_view(one))


def _is_view(node):
    above = node.getparent()
    return above is None or (node.tag in VIEWS and above.tag == "field")


def _field(node, model, models):
    described = models[model]["fields"][node.get("name")]
    hidden = ALWAYS.__contains__
    is_hidden = hidden(node.get("invisible")) or hidden(node.get("column_invisible"))
    if described["type"] == "many2one":
        if is_hidden:
            return {"fields": {}}
        return {"fields": {"display_name": {}}, **_context(node)}
    if described["type"] not in ("one2many", "many2many") or is_hidden:
        return {}
    return _records(node, described["relation"], models)


def _records(node, model, models):
    """Return what is read of the records of a field: those of its view, or names."""
    views = [one for one in node if one.tag in VIEWS]
    if not views:
        named = "many2many" in (node.get("widget") or "")
        return {"fields": {"display_name": {}}} if named else {}
    # The web client prefers what the screen is wide enough for.
    view = min(views, key=lambda one: VIEWS.index(one.tag))
    limit = int(view.get("limit") or LIMITS["form"])
    order = view.get("default_order")
    fields = _fields(view, model, models)
    return {"fields": fields, "limit": limit, **({"order": order} if order else {})}


def _context(node):
    try:
        return {"context": ast.literal_eval(node.get("context"))}
    except (TypeError, ValueError):
        # None, or one that names other fields.
        return {}
