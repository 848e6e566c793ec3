"""The page for people."""

from werkzeug.wrappers import Response


class Page:
    def __init__(self, sandbox):
        self.sandbox = sandbox

    @staticmethod
    def accepts(request):
        return request.path == "/"

    def respond(self, request):
        return Response("sandbox\n")
