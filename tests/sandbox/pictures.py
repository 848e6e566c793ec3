"""A web server with good and bad pictures, for the marketplace to fetch."""

import threading
from io import BytesIO

from PIL import Image
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response


def picture(kind="JPEG", size=(600, 750), color="teal"):
    """Draw a picture."""
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    return buffer.getvalue()


class PictureServer:
    """Serves `/good.jpg` and its sisters, good and bad."""

    def __init__(self):
        self.contents = {
            "/good.jpg": picture(),
            "/back.jpg": picture(color="navy"),
            "/good.png": picture("PNG"),
            "/animation.gif": picture("GIF"),
            "/small.jpg": picture(size=(499, 600)),
            "/smallest.jpg": picture(size=(500, 500)),
            "/damaged.jpg": picture()[:400],
            "/page.jpg": b"<html><body>Please log in</body></html>",
            "/empty.jpg": b"",
        }
        self.fetched = []
        self.released = threading.Event()

    def url(self, name):
        return f"http://127.0.0.1:{self._server.port}/{name}"

    def __enter__(self):
        self._server = make_server(
            "127.0.0.1", 0, self._answer, threaded=True, request_handler=_Quiet
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self.released.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ, start_response):
        path = Request(environ).path
        self.fetched.append(path)
        if path == "/silent.jpg":
            self.released.wait(20)
        content = self.contents.get(path)
        if content is None:
            response = Response("nothing here", 404)
        else:
            response = Response(content, content_type="image/jpeg")
        return response(environ, start_response)


class _Quiet(WSGIRequestHandler):
    def log(self, *args):
        """Keep silent."""
