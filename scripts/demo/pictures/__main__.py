"""Draw the demo's pictures again: `python -m scripts.demo.pictures`."""

from PIL import Image, ImageColor

from scripts.demo.catalogue import COLOURS, STYLES
from scripts.env import paths

from . import clothes, garments
from .sheet import HEIGHT, WIDTH, Dye, Sheet

FOLDER = paths.ADDON / "demo" / "pictures"
SIZE = (800, 1000)
QUALITY = 80
#: Kind -> what the close-up shows, in the sheet's units.
CLOSE_UPS = {"dress": (500, 520), "boot": (560, 560), "sneaker": (600, 700)}
CLOSE_UP_ZOOM = 2.2


def draw(kind, colour, close=False):
    """Draw one kind of goods in one colour.

    :param kind: one of `catalogue.KINDS`
    :param colour: a name in `catalogue.COLOURS`
    :param close: whether from near
    :return: a Pillow image
    """
    dye = Dye(ImageColor.getrgb(COLOURS[colour].html))
    if close:
        centre = CLOSE_UPS.get(kind, (WIDTH / 2, 420))
        sheet = Sheet(CLOSE_UP_ZOOM, centre)
    else:
        sheet = Sheet(1.0, (WIDTH / 2, HEIGHT / 2))
    picture = getattr(garments, kind, None) or getattr(clothes, kind)
    picture(sheet, dye)
    return sheet.finished().resize(SIZE, Image.Resampling.LANCZOS)


def main():
    """Draw all pictures that the catalogue names."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for style in STYLES:
        for colour, view, name in style.pictures:
            image = draw(style.kind, colour, close=view == "detail")
            image.save(FOLDER / name, quality=QUALITY, optimize=True)


if __name__ == "__main__":
    main()
