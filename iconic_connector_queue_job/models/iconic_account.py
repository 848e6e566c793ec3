from odoo import models


class IconicAccount(models.Model):
    """Says where an account is set up if nobody works on the queue."""

    _inherit = "iconic.account"

    def _setting_problems(self):
        """Override to say that no job runner is loaded."""
        problems = super()._setting_problems()
        if self.env["iconic.account.job"]._is_queue_asleep():
            problems.append(
                self.env._(
                    "The job queue does not run: its jobs have waited for more than "
                    "five minutes, and none has begun. Scheduled jobs do their work "
                    "meanwhile, one account after the other. Start Odoo with "
                    "--load=base,web,rpc,queue_job, and see that the queue's channel "
                    "“root” has a capacity."
                )
            )
        return problems
