"""The control request that makes parts of the taxonomy vanish.

POST /sandbox/taxonomy        {"remove_category": id}, with all below it
                              {"rename_category": {"id": ..., "name": ...}}
                              {"remove_option": {"set": 1, "feed_name": ...,
                               "option": ...}}
                              {"remove_brand": name}
A reset brings everything back.
"""


class InvalidTaxonomy(ValueError):
    """A change of the taxonomy cannot be made; the text says why."""


class TaxonomyControl:
    """Answers the control request that concerns the taxonomy."""

    def _post_taxonomy(self, arguments):
        if len(arguments) != 1 or next(iter(arguments)) not in _CHANGES:
            raise InvalidTaxonomy(f"Needed is one of: {', '.join(_CHANGES)}")
        ((name, value),) = arguments.items()
        try:
            with self.sandbox.lock:
                _CHANGES[name](self.sandbox.taxonomy, value)
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidTaxonomy(f"{value!r} is not what {name} needs") from error
        except LookupError as error:
            raise InvalidTaxonomy(str(error)) from error
        return arguments


def _remove_option(taxonomy, value):
    taxonomy.remove_option(int(value["set"]), value["feed_name"], value["option"])


_CHANGES = {
    "remove_category": lambda taxonomy, value: taxonomy.remove_category(str(value)),
    "rename_category": lambda taxonomy, value: taxonomy.rename_category(
        str(value["id"]), str(value["name"])
    ),
    "remove_option": _remove_option,
    "remove_brand": lambda taxonomy, value: taxonomy.remove_brand(value),
}
