"""A person at the keyboard of a running Odoo: presses buttons, runs scheduled jobs."""

from scripts.env import console, web_client


class OdooUser:
    """Does over HTTP what a user could do, and tells troubles in one line.

    :param odoo: the running :class:`~scripts.env.odoo_server.OdooServer`
    """

    def __init__(self, odoo):
        self._odoo = odoo
        self._client = web_client.WebClient(odoo.url)

    def log_in(self, login, password):
        """Open the session.

        :param login: the user's login
        :param password: the user's password
        """
        self._client.log_in(self._odoo.database, login, password)

    def call(self, model, method, *arguments, **keywords):
        """Call a public method.

        :param model: such as `res.partner`
        :param method: such as `search_read`
        :return: its answer
        :raise console.Trouble: with what Odoo says
        """
        try:
            return self._client.call(model, method, *arguments, **keywords)
        except web_client.OdooError as error:
            raise console.Trouble(
                f"{model}.{method}: {error} (log: {self._odoo.process.log})"
            ) from error

    def press(self, model, button, ids):
        """Press a button and show the message that it shows its user, if any.

        :param model: such as `iconic.account`
        :param button: the button's method
        :param ids: the records
        """
        answer = self.call(model, button, ids)
        if isinstance(answer, dict) and answer.get("tag") == "display_notification":
            console.say(f"    {answer['params'].get('message')}")

    def count(self, model, domain):
        """Count records.

        :param model: such as `res.partner`
        :param domain: which ones
        :return: how many there are
        """
        return self.call(model, "search_count", domain)

    def record(self, name):
        """Look up a record of the add-on.

        :param name: the external id, without the module
        :return: the record's id
        """
        domain = [("module", "=", "iconic_connector"), ("name", "=", name)]
        found = self.call("ir.model.data", "search_read", domain, ["res_id"])
        if not found:
            raise console.Trouble(f"The add-on has no record {name}.")
        return found[0]["res_id"]

    def run_cron(self, cron):
        """Press a scheduled job's "Run Manually", unless it runs already.

        :param cron: the job's id
        """
        try:
            answer = self._client.call("ir.cron", "method_direct_trigger", [cron])
        except web_client.OdooError as error:
            if "already executing" in str(error):
                return
            raise console.Trouble(f"A scheduled job failed: {error}") from error
        if isinstance(answer, dict):
            message = answer["params"]["data"]["message"]
            raise console.Trouble(f"A scheduled job failed: {message}")
