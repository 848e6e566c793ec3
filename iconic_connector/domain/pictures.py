"""Pictures as the marketplace takes them: upright JPEG or PNG within its limits.

Knows nothing of Odoo. Source: product feeds spec, Listing Image; design, section 7.
"""

import struct
from io import BytesIO
from typing import BinaryIO, NamedTuple

from PIL import Image, UnidentifiedImageError, WebPImagePlugin

# Odoo lets Pillow read few formats only. WebP is not among them, but Odoo's own product
# form stores what is uploaded there as WebP.
FORMATS = ("JPEG", "PNG", "GIF", "BMP", WebPImagePlugin.WebPImageFile.format)

PIXELS = (500, 6000)  # a side
MAX_BYTES = 8 * 1024 * 1024

# What can be wrong with a picture.
UNREADABLE, WRONG_SIZE, TOO_HEAVY = "unreadable", "pixels", "bytes"

# A JPEG that is too heavy in one quality is tried in the next.
_QUALITIES = (92, 85, 75)
# What the marketplace takes as it is: content type -> formats of Pillow. The second one
# is a JPEG with further pictures behind the first.
_SENDABLE = {"image/jpeg": ("JPEG", "MPO"), "image/png": ("PNG",)}
_ORIENTATION = 0x0112
_UPRIGHT = 1
# How a picture is turned upright, by its orientation (EXIF, tag Orientation).
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow raises for another format and a broken file: EOFError for a frame that is
# not there, struct.error for what a camera has noted.
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
)


class PreparedPicture(NamedTuple):
    """What is sent of a picture, or why it cannot be.

    :param content: the bytes of a converted picture, empty if the original is sent
    :param mimetype: the content type, as sent
    :param width: in pixels, as sent; 0 if unknown
    :param height: in pixels, as sent; 0 if unknown
    :param size: in bytes, as sent
    :param fault: UNREADABLE, WRONG_SIZE or TOO_HEAVY, empty if it can be sent
    """

    content: bytes = b""
    mimetype: str = ""
    width: int = 0
    height: int = 0
    size: int = 0
    fault: str = ""


def prepare_picture(stream: BinaryIO, size: int, mimetype: str) -> PreparedPicture:
    """Return what is sent of a picture: the original where the marketplace takes it.

    Its sides are checked before its pixels are read into memory.

    :param stream: a file with the original
    :param size: its bytes
    :param mimetype: the content type that the original is served with
    """
    try:
        with Image.open(stream, formats=FORMATS) as image:
            return _prepare(image, size, mimetype)
    except Image.DecompressionBombError:
        return PreparedPicture(size=size, fault=WRONG_SIZE)
    except _BROKEN:
        return PreparedPicture(size=size, fault=UNREADABLE)


def _prepare(image, size, mimetype):
    width, height = image.size
    shortest, longest = PIXELS
    if min(image.size) < shortest or max(image.size) > longest:
        return PreparedPicture(b"", "", width, height, size, WRONG_SIZE)
    if not _stays(image, size, mimetype):
        return _converted(image)
    # Fails if the end of the file is missing. A small draft of a JPEG is enough.
    image.draft(None, (1, 1))
    image.load()
    fault = TOO_HEAVY if size > MAX_BYTES else ""
    return PreparedPicture(b"", mimetype, width, height, size, fault)


def _stays(image, size, mimetype):
    """Tell whether the original is sent: JPEG or PNG, upright, in colours of a screen.

    A PNG that is too heavy may be light enough as JPEG.
    """
    return (
        image.format in _SENDABLE.get(mimetype, ())
        and _orientation(image) == _UPRIGHT
        and image.mode != "CMYK"
        and (image.format != "PNG" or size <= MAX_BYTES)
    )


def _orientation(image):
    return image.getexif().get(_ORIENTATION, _UPRIGHT)


def _upright(image):
    """Return a copy of a picture that is turned as the camera was held.

    `ImageOps.exif_transpose` would also write what a camera has noted anew, which fails
    in many ways if that is damaged, and is not sent anyway.
    """
    turn = _TURNS.get(_orientation(image))
    return image.copy() if turn is None else image.transpose(turn)


def _converted(image):
    """Return a picture as JPEG, or as PNG if anything in it is transparent."""
    upright = _upright(image)
    mimetype = "image/png" if _is_transparent(upright) else "image/jpeg"
    if mimetype == "image/png":
        content = _saved(upright.convert("RGBA"), "PNG")
    else:
        # A profile of printing inks does not describe the colours of a screen.
        if upright.mode == "CMYK":
            upright.info.pop("icc_profile", None)
        upright = upright.convert("RGB")
        for quality in _QUALITIES:
            content = _saved(upright, "JPEG", quality=quality)
            if len(content) <= MAX_BYTES:
                break
    fault = TOO_HEAVY if len(content) > MAX_BYTES else ""
    kept = b"" if fault else content
    return PreparedPicture(kept, mimetype, *upright.size, len(content), fault)


def _is_transparent(image):
    """Tell whether any pixel lets through what is behind it."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return False
    opacity = image.convert("RGBA").getchannel("A")
    return opacity.getextrema()[0] < 255


def _saved(image, kind, **options):
    """Return a picture as bytes, without what a camera has noted in it."""
    output = BytesIO()
    profile = image.info.get("icc_profile")
    image.save(output, kind, icc_profile=profile, exif=b"", **options)
    return output.getvalue()
