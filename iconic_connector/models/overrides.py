"""Tells whether a computation is done in the way that this add-on knows."""

#: The modules whose computations it knows.
KNOWN = ("product", "account", "iconic_connector")


def is_untouched(model, names, modules=KNOWN):
    """Tell whether no other module has its own way of doing something.

    It may be a function that was put in the place of the one that was there.

    :param model: a `models.Model`
    :param names: its methods
    :param modules: where these may be defined, apart from Odoo's own core
    """
    origins = ("odoo.orm.", *(f"odoo.addons.{module}." for module in modules))
    return all(
        vars(part)[name].__module__.startswith(origins)
        for part in type(model).__mro__
        for name in names
        if name in vars(part)
    )
