"""How REST says no: problem documents (SellerCenter REST, Errors)."""

import json
from http import HTTPStatus

from werkzeug.wrappers import Response

PROBLEM_TYPE = "application/problem+json"


class Problem(Exception):
    """A call is answered with a problem document."""

    def __init__(self, status, detail, title="", headers=None):
        """Keep the parts of the answer.

        :param int status: HTTP status, repeated in the document.
        :param str detail: what is wrong, in words.
        :param str title: kind of problem; the status in words without one.
        :param dict headers: HTTP headers beside the usual ones.
        """
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.title = title or HTTPStatus(status).phrase
        self.headers = headers or {}

    @classmethod
    def from_fault(cls, fault):
        """Build the problem that a fault of kind `error` asks for.

        :param fault: `Fault`; its code is one of the Action API's.
        :return: `Problem`.
        """
        status = {7: 401, 9: 403, 6: 500, 429: 429}.get(fault["code"], 422)
        return cls(status, fault["message"])

    def response(self):
        """Write the answer.

        :return: werkzeug response.
        """
        document = {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        text = json.dumps(document, ensure_ascii=False)
        return Response(
            text, self.status, headers=self.headers, content_type=PROBLEM_TYPE
        )
