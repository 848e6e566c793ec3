from markupsafe import escape

from odoo import models
from odoo.tools import html2plaintext


class IconicAccount(models.Model):
    """Telling a person: one activity per account and cause, closed when mended."""

    _inherit = "iconic.account"

    def _sync_error_alarm(self):
        """Raise, renew or close the activity about listings with errors."""
        # Whoever else holds the account is about to tell as well.
        for account in self.try_lock_for_update(allow_referencing=True):
            count = account.error_count
            if not count:
                account._clear_alarm("errors")
                continue
            account._raise_alarm(
                "errors",
                self.env._("%s listings with errors", count),
                self.env._(
                    "Open the account and press With Errors: each listing says what is "
                    "wrong and what to do."
                ),
            )

    def _raise_alarm(self, cause, summary, note):
        """Leave one activity per account and cause with the responsible user.

        :param str cause: names the activity type `mail_activity_type_<cause>`
        """
        activity_type = f"iconic_connector.mail_activity_type_{cause}"
        for account in self:
            known = account.activity_search([activity_type])
            if not known:
                account.activity_schedule(
                    activity_type,
                    summary=summary,
                    # The marketplace's words may be in it, and notes are HTML.
                    note=escape(note),
                    user_id=account._alarm_user().id,
                )
            elif (known[0].summary, html2plaintext(known[0].note)) != (summary, note):
                known.write({"summary": summary, "note": escape(note)})

    def _clear_alarm(self, cause):
        """Close the activity of a cause that is mended."""
        self.activity_unlink([f"iconic_connector.mail_activity_type_{cause}"])

    def _alarm_user(self):
        """Return the responsible user, or a manager if that user is gone."""
        if self.responsible_id.active:
            return self.responsible_id
        managers = self.env.ref(
            "iconic_connector.iconic_connector_group_manager"
        ).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return managers[:1] or self.env.ref("base.user_admin")
