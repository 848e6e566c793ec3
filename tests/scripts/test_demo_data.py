"""The demo's goods: nothing is mistyped, and the committed files are up to date."""

import pytest

from scripts.demo import catalogue, data

VARIANTS = [variant for style in catalogue.STYLES for variant in style.variants]


def test_the_committed_demo_data_is_what_the_catalogue_gives():
    assert data.stale() == []


def test_a_changed_file_counts_as_stale(tmp_path, monkeypatch):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    data.write()
    (tmp_path / "iconic_demo_stock.xml").write_text("<odoo />\n")
    assert data.stale() == ["iconic_demo_stock.xml"]


def test_every_picture_of_the_catalogue_is_there_and_no_other():
    wanted = {name for style in catalogue.STYLES for *_, name in style.pictures}
    folder = data.FOLDER / "pictures"
    assert {path.name for path in folder.iterdir()} == wanted


def test_every_variant_has_a_sku_of_its_own():
    skus = [variant.sku for variant in VARIANTS]
    assert len(set(skus)) == len(skus)


def test_what_is_sold_out_exists():
    assert set(catalogue.SOLD_OUT) <= {variant.sku for variant in VARIANTS}


@pytest.mark.parametrize("style", catalogue.STYLES, ids=lambda style: style.key)
def test_a_description_tells_something(style):
    assert len(" ".join((*style.story, *style.points)).split()) > 60


@pytest.mark.parametrize(
    ("body", "number"),
    # Numbers that GS1 and ISBN International print as examples.
    [("629104150021", "6291041500213"), ("978030640615", "9780306406157")],
)
def test_a_barcode_ends_with_its_check_digit(body, number):
    assert data.gtin(body) == number


@pytest.mark.parametrize("season", catalogue.SEASONS)
def test_a_season_has_half_of_the_styles(season):
    styles = [style for style in catalogue.STYLES if style.season == season]
    assert 2 * len(styles) == len(catalogue.STYLES)


@pytest.mark.parametrize("style", catalogue.STYLES, ids=lambda style: style.key)
def test_a_style_has_a_size_if_its_category_asks_for_one(style):
    asked = catalogue.CATEGORIES[style.category].size
    assert set(style.sizes) <= set(catalogue.SIZES.get(asked, ()))
    assert bool(style.sizes) == bool(asked)
