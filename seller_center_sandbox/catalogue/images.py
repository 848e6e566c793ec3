"""Pictures: downloaded by the marketplace itself, checked, stored as thumbnails."""

import hashlib
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from urllib.parse import urlsplit

import requests
from PIL import Image, ImageOps, UnidentifiedImageError

from ..core import const
from .products import Picture

USER_AGENT = "SellerCenterSandbox/1.0 (image fetcher)"

# What Pillow raises when the content is cut short or makes no sense.
_DAMAGED = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    struct.error,
    Image.DecompressionBombError,
)


class ImageRefused(Exception):
    """A picture cannot be used; the text says why."""


class ImageStore:
    """Fetches pictures and remembers their thumbnails by checksum."""

    def __init__(self, timeout=const.IMAGE_TIMEOUT):
        """Start empty.

        :param timeout: seconds for one picture, from connecting to its last byte.
        """
        self.timeout = timeout
        self.thumbnails = {}
        self._local = threading.local()

    def fetch_all(self, urls):
        """Fetch pictures side by side.

        :param urls: the addresses; each is fetched once.
        :return: dict of address -> `Picture` or `ImageRefused`.
        """
        distinct = list(dict.fromkeys(urls))
        with ThreadPoolExecutor(const.IMAGE_FETCHERS) as pool:
            return dict(zip(distinct, pool.map(self._try, distinct), strict=True))

    def fetch(self, url):
        """Fetch one picture.

        :param str url: its address.
        :return: `Picture`.
        :raise ImageRefused: if there is none, or none that can be used.
        """
        try:
            if urlsplit(url).scheme not in ("http", "https"):
                raise ImageRefused("the address is not a web address")
            content = self._download(url)
        except requests.Timeout as error:
            raise ImageRefused("the download timed out") from error
        except (requests.RequestException, ValueError) as error:
            raise ImageRefused("the download failed") from error
        return self.keep(url, content)

    def keep(self, url, content):
        """Store a picture.

        :param str url: where it is from.
        :param bytes content: JPEG or PNG.
        :return: `Picture`.
        :raise ImageRefused: if it cannot be used.
        """
        checksum = hashlib.sha256(content).hexdigest()
        image = _open(content)
        if checksum not in self.thumbnails:
            self.thumbnails[checksum] = _thumbnail(image)
        return Picture(
            url, checksum, image.format, image.width, image.height, len(content)
        )

    def _try(self, url):
        try:
            return self.fetch(url)
        except ImageRefused as error:
            return error

    def _download(self, url):
        deadline = time.monotonic() + self.timeout
        with self._session().get(url, timeout=self.timeout, stream=True) as answer:
            if answer.status_code != 200:
                raise ImageRefused(f"the server answered HTTP {answer.status_code}")
            content = bytearray()
            for chunk in answer.iter_content(65536):
                content += chunk
                if len(content) > const.MAX_IMAGE_BYTES:
                    limit = const.MAX_IMAGE_BYTES
                    message = f"the file is too big, at most {limit} bytes are allowed"
                    raise ImageRefused(message)
                if time.monotonic() > deadline:
                    raise ImageRefused("the download timed out")
        return bytes(content)

    def _session(self):
        if not hasattr(self._local, "session"):
            session = requests.Session()
            # The seller's server is on this machine: no proxy, no stored passwords.
            session.trust_env = False
            session.headers["User-Agent"] = USER_AGENT
            self._local.session = session
        return self._local.session


def _open(content):
    try:
        image = Image.open(BytesIO(content), formats=const.IMAGE_FORMATS)
        _check_size(image)
        image.load()
    except UnidentifiedImageError as error:
        raise ImageRefused("it is neither a JPEG nor a PNG picture") from error
    except _DAMAGED as error:
        raise ImageRefused("the picture is damaged") from error
    return image


def _check_size(image):
    low, high = const.MIN_IMAGE_SIDE, const.MAX_IMAGE_SIDE
    if min(image.size) < low or max(image.size) > high:
        size = f"{image.width} x {image.height}"
        message = f"its size is {size}, allowed are {low} to {high} pixels a side"
        raise ImageRefused(message)


def _thumbnail(image):
    small = ImageOps.contain(
        image.convert("RGB"), (const.THUMBNAIL_SIDE, const.THUMBNAIL_SIDE)
    )
    buffer = BytesIO()
    small.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()
