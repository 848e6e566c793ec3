"""A session that outlives what the trouble has left behind."""

import http.client
import time
import urllib.error

from scripts.env import web_client
from scripts.killable_odoo import PAUSE

#: After PostgreSQL has crashed, each connection that a server still holds fails once.
ATTEMPTS = 20
#: What a call meets of a server that is about to be well again.
PASSING = (
    web_client.Unavailable,
    urllib.error.URLError,
    http.client.HTTPException,
    ConnectionError,
)


class PatientClient(web_client.WebClient):
    """Tries again whatever Odoo could not answer; only for what may be done twice."""

    def _post(self, path, params):
        for _ in range(ATTEMPTS - 1):
            try:
                return super()._post(path, params)
            except PASSING:
                time.sleep(PAUSE)
        return super()._post(path, params)
