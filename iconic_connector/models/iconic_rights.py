"""Who may change what, enforced in the models and not by their forms."""

import functools

from odoo import api, models
from odoo.exceptions import AccessError

from .. import const

#: What a conversation and its activities need; they have rights of their own.
CONVERSATION = ("mail.thread", "mail.activity.mixin")


def button(method):
    """Let users press a button that changes more than they may write themselves.

    :param method: a public method of a model; it runs as superuser, after write access
        to the records was checked
    :return: the method to use instead
    """

    @functools.wraps(method)
    def press(self, *arguments):
        self.check_access("write")
        return method(self.sudo(), *arguments)

    return press


def refuse_other_companies(records, *names):
    """Refuse links of Odoo's own records with records of ours of another company.

    :param records: they have a `company_id`; as superuser, as constraints run
    :param names: many2one fields to models of ours, whose names they would show
    :raise AccessError: without any name
    """
    for record in records:
        for name in names:
            linked = record[name].company_id
            if linked and linked != record.company_id:
                raise AccessError(
                    record.env._("This belongs to another company in THE ICONIC.")
                )


class IconicRights(models.AbstractModel):
    """Lets others than managers write a list of fields only.

    Everything else is written by managers, by `button` methods and by jobs.
    """

    _name = "iconic.rights"
    _description = "Fields That Users May Write"

    #: The fields that users may write and, where they may create records, fill in.
    _user_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to refuse fields that are not the user's.

        :raise AccessError: for others than managers, with the names of the fields
        """
        self._check_fields({name for vals in vals_list for name in vals})
        # A context may name defaults for any field.
        allowed = self.with_env(self.env(context=self._allowed_context()))
        return super(IconicRights, allowed).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Override of `base` to refuse fields and places that are not the user's.

        :raise AccessError: for others than managers, with the names of the fields; for
            all, if the records belong to another company afterwards
        """
        self._check_fields(vals.keys())
        result = super().write(vals)
        if any(self._fields[name].type == "many2one" for name in vals):
            # Odoo checks its rules before it writes, and not afterwards.
            self.check_access("write")
        return result

    @api.model
    def fields_get(self, allfields=None, attributes=None):
        """Override of `base` to have forms show as read-only what is not the user's."""
        found = super().fields_get(allfields, attributes)
        for name in self._refused(found.keys()):
            if "readonly" in found[name]:
                found[name]["readonly"] = True
        return found

    @api.model
    def _refused(self, names):
        """Return those of some fields that the user may not write."""
        if self.env.su or self.env.user.has_group(const.MANAGER_GROUP):
            return set()
        return names - self._user_fields - self._conversation_fields()

    @api.model
    def _allowed_context(self):
        """Return the context without defaults of fields that the user may not write."""
        refused = {f"default_{name}" for name in self._refused(self._fields.keys())}
        return {
            key: value for key, value in self.env.context.items() if key not in refused
        }

    @api.model
    def _check_fields(self, names):
        refused = self._refused(names)
        if not refused:
            return
        labels = [
            self._fields[name]._description_string(self.env)
            for name in sorted(refused & self._fields.keys())
        ]
        raise AccessError(
            self.env._(
                "Only managers of THE ICONIC may change: %s. Ask one of them.",
                ", ".join(labels),
            )
        )

    @api.model
    def _conversation_fields(self):
        return {name for model in CONVERSATION for name in self.env[model]._fields}
