"""What is sent of a picture: converted where needed, within the limits."""

import random
import struct
from io import BytesIO
from zlib import crc32

import pytest
from PIL import Image

from iconic_connector.domain import pictures
from iconic_connector.domain.pictures import prepare_picture

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"
KINDS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", "image/gif": "GIF", "image/bmp": "BMP"}
NOISE = random.Random(1).randbytes
# What a camera notes: that the top of a picture is at its right, and its maker.
NOTES = Image.Exif()
NOTES[0x0112], NOTES[0x010F] = 6, "Maker"
TURNED = NOTES.tobytes()


def drawn(mode="RGB", size=(600, 800), colour="navy", field=None):
    """Draw a picture with a field of another colour at its upper left."""
    image = Image.new(mode, size, colour)
    image.paste(field or colour, (0, 0, 300, 200))
    return image


def saved(image, mimetype, **options):
    output = BytesIO()
    image.save(output, KINDS[mimetype], **options)
    return output.getvalue()


def prepared(content, mimetype):
    return prepare_picture(BytesIO(content), len(content), mimetype)


def opened(result):
    """Open what is sent, and compare it with what is said of it."""
    image = Image.open(BytesIO(result.content))
    assert image.size == (result.width, result.height)
    assert len(result.content) == result.size
    assert image.format == KINDS[result.mimetype]
    return image


@pytest.mark.parametrize("mimetype", [JPEG, PNG])
def test_a_jpeg_and_a_png_are_sent_as_they_are(mimetype):
    content = saved(drawn(), mimetype)
    assert prepared(content, mimetype) == (
        b"", mimetype, 600, 800, len(content), ""
    )  # fmt: skip


@pytest.mark.parametrize("mimetype", [WEBP, "image/gif", "image/bmp"])
def test_other_formats_become_jpeg(mimetype):
    image = opened(prepared(saved(drawn(field="red"), mimetype), mimetype))
    assert image.format == "JPEG"
    near(image.getpixel((100, 100)), (255, 0, 0))
    near(image.getpixel((500, 700)), (0, 0, 128))


def near(found, expected):
    assert all(abs(a - b) <= 8 for a, b in zip(found, expected, strict=True)), found


def test_a_webp_of_a_photo_stays_light():
    size = (1920, 1920)
    noise = Image.frombytes("RGB", (960, 960), NOISE(960 * 960 * 3)).resize(size)
    content = saved(noise, WEBP, quality=90)
    assert len(saved(noise, PNG)) > pictures.MAX_BYTES
    result = prepared(content, WEBP)
    assert (result.width, result.height, result.fault) == (*size, "")
    assert result.size < 2 * len(content)


@pytest.mark.parametrize("mimetype", [WEBP, "image/gif"])
def test_what_is_transparent_stays_so_in_a_png(mimetype):
    image = drawn("RGBA", colour=(0, 0, 0, 0), field=(255, 0, 0, 255))
    result = opened(prepared(saved(image, mimetype), mimetype))
    assert result.format == "PNG"
    assert result.convert("RGBA").getpixel((500, 700))[3] == 0
    near(result.convert("RGBA").getpixel((100, 100)), (255, 0, 0, 255))


def test_an_opaque_picture_with_a_channel_for_transparency_becomes_jpeg():
    image = drawn("RGBA", colour=(0, 0, 128, 255))
    assert opened(prepared(saved(image, WEBP), WEBP)).format == "JPEG"


@pytest.mark.parametrize("mimetype", [JPEG, PNG, WEBP])
def test_a_picture_is_turned_as_the_camera_was_held(mimetype):
    exif = Image.Exif()
    exif[0x0112] = 6  # its top is at the right
    exif[0x010F] = "Maker"
    content = saved(drawn(size=(800, 600), field="red"), mimetype, exif=exif)
    image = opened(prepared(content, mimetype))
    assert image.size == (600, 800)
    near(image.getpixel((550, 50)), (255, 0, 0))
    near(image.getpixel((50, 50)), (0, 0, 128))
    assert not image.getexif()


def test_printing_inks_become_colours_of_a_screen():
    content = saved(Image.new("CMYK", (600, 600), (0, 255, 255, 0)), JPEG)
    image = opened(prepared(content, JPEG))
    assert image.mode == "RGB"
    near(image.getpixel((1, 1)), (255, 0, 0))


def test_the_profile_of_the_colours_is_kept():
    content = saved(drawn(), WEBP, icc_profile=b"a profile")
    assert opened(prepared(content, WEBP)).info["icc_profile"] == b"a profile"


def test_a_png_that_is_too_heavy_becomes_jpeg():
    size = (2000, 2000)
    content = saved(Image.frombytes("RGB", size, NOISE(4_000_000 * 3)), PNG)
    assert len(content) > pictures.MAX_BYTES
    result = prepared(content, PNG)
    assert opened(result).format == "JPEG"
    assert result.fault == ""


def test_what_is_too_heavy_as_sent_is_refused():
    size = (1700, 1700)
    image = Image.frombytes("RGBA", size, NOISE(1700 * 1700 * 4))
    content = saved(image, WEBP, quality=50)
    assert len(content) < pictures.MAX_BYTES
    result = prepared(content, WEBP)
    assert (result.fault, result.content) == (pictures.TOO_HEAVY, b"")
    assert result.size > pictures.MAX_BYTES
    heavy = saved(drawn(), JPEG) + bytes(pictures.MAX_BYTES)
    assert prepared(heavy, JPEG).fault == pictures.TOO_HEAVY


@pytest.mark.parametrize("size", [(499, 800), (800, 499), (6001, 500), (500, 6001)])
@pytest.mark.parametrize("mimetype", [JPEG, WEBP])
def test_sides_outside_of_the_limits_are_refused(size, mimetype):
    content = saved(Image.new("RGB", size), mimetype)
    assert prepared(content, mimetype) == (
        b"", "", *size, len(content), pictures.WRONG_SIZE
    )  # fmt: skip


@pytest.mark.parametrize("size", [(500, 500), (6000, 500), (500, 6000)])
def test_sides_at_the_limits_are_taken(size):
    assert prepared(saved(Image.new("RGB", size), PNG), PNG).fault == ""


@pytest.mark.parametrize("size", [(6000, 6001), (30_000, 30_000)])
def test_too_many_pixels_are_never_read_into_memory(size, monkeypatch):
    """Some 100 kB may be 2.7 GB of pixels."""
    header = saved(Image.new("1", (1, 1)), PNG)
    width, height = (side.to_bytes(4, "big") for side in size)
    bomb = _with_checksum(header[:16] + width + height + header[24:])
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", _must_not_be_called)
    assert prepared(bomb, PNG).fault == pictures.WRONG_SIZE


def _with_checksum(png):
    return png[:29] + crc32(png[12:29]).to_bytes(4, "big") + png[33:]


def _must_not_be_called(_image):
    raise AssertionError("The pixels were read")


@pytest.mark.parametrize(
    ("content", "mimetype"),
    [
        (b"", JPEG),
        (b"no picture", JPEG),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (saved(drawn(), JPEG)[:-400], JPEG),
        (saved(drawn(), PNG)[:-400], PNG),
        (saved(drawn(), WEBP)[:-40], WEBP),
    ],
)
def test_what_is_no_whole_picture_is_unreadable(content, mimetype):
    assert prepared(content, mimetype).fault == pictures.UNREADABLE


@pytest.mark.parametrize("mimetype", [PNG, WEBP])
def test_what_a_camera_noted_may_be_cut_off(mimetype):
    content = saved(drawn(), mimetype, exif=TURNED[:12])
    assert prepared(content, mimetype).fault == pictures.UNREADABLE


@pytest.mark.parametrize("mimetype", [JPEG, PNG, WEBP])
def test_what_a_camera_noted_need_not_make_sense_to_turn_a_picture(mimetype):
    """The maker is a number, which Pillow could not write again."""
    text, number = b"\x01\x0f\0\x02\0\0\0\x06", b"\x01\x0f\0\x0b\0\0\0\x01"
    noted = TURNED.replace(text, number)
    assert noted != TURNED
    content = saved(drawn(size=(800, 600)), mimetype, exif=noted)
    assert opened(prepared(content, mimetype)).size == (600, 800)


@pytest.mark.parametrize("error", [EOFError, struct.error])
def test_whatever_pillow_calls_it_a_damaged_picture_is_unreadable(error, monkeypatch):
    def load(_image):
        raise error("failed to decode next frame in WebP file")

    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile.load", load)
    assert prepared(saved(drawn(), WEBP), WEBP).fault == pictures.UNREADABLE


def test_a_picture_under_a_wrong_content_type_is_converted():
    assert opened(prepared(saved(drawn(), PNG), JPEG)).format == "JPEG"
