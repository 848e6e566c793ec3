"""Where Odoo comes from, and what is refused."""

import pytest

from scripts.env import console, debian, odoo_tree, paths, system


def odoo_home(folder, version):
    """Make something that looks like an Odoo tree.

    :param folder: where
    :param version: the text of its version tuple
    :return: the folder
    """
    (folder / "odoo").mkdir(parents=True)
    (folder / "odoo" / "release.py").write_text(f"version_info = {version}\n")
    return folder


def test_an_odoo_of_the_users_own_is_taken_without_a_download(tmp_path, monkeypatch):
    home = odoo_home(tmp_path, "(19, 0, 0, 'final', 0, '')")
    monkeypatch.setenv("ODOO_HOME", str(home))
    assert odoo_tree.ensure().home == home


def test_the_addons_beside_a_checkout_are_found(tmp_path, monkeypatch):
    home = odoo_home(tmp_path, "(19, 0, 0, FINAL, 0, '')")
    (home / "addons" / "web").mkdir(parents=True)
    monkeypatch.setenv("ODOO_HOME", str(home))
    assert odoo_tree.ensure().addons == (home / "addons",)


def test_another_release_of_odoo_is_refused(tmp_path, monkeypatch):
    home = odoo_home(tmp_path, "(18, 0, 0, 'final', 0, '')")
    monkeypatch.setenv("ODOO_HOME", str(home))
    with pytest.raises(console.Trouble, match="is Odoo 18.0; 19.0 is needed"):
        odoo_tree.ensure()


def test_a_folder_without_odoo_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    with pytest.raises(console.Trouble, match="holds no odoo/release.py"):
        odoo_tree.ensure()


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """Have neither Odoo nor apt, and a clone that works."""

    def clone(command, *_names):
        odoo_home(command[-1], "(19, 0, 0, FINAL, 0, '')")

    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(odoo_tree, "STAMP", tmp_path / "unpacked")
    monkeypatch.setattr(odoo_tree, "CHECKOUT", tmp_path / "checkout")
    monkeypatch.setattr(paths, "ODOO", tmp_path / "odoo")
    monkeypatch.setattr(odoo_tree.processes, "run", clone)
    monkeypatch.setattr(system, "has_apt", lambda: False)
    return tmp_path


def test_without_apt_odoo_is_cloned(bare):
    assert odoo_tree.ensure().home == bare / "checkout"


def test_a_clone_is_made_once(bare, monkeypatch):
    odoo_tree.ensure()
    monkeypatch.setattr(odoo_tree.processes, "run", None)
    assert odoo_tree.ensure().home == bare / "checkout"


def test_where_debians_package_is_unpacked_it_is_taken_without_apt(bare):
    (bare / "unpacked").write_text("19.0.0+dfsg-1")
    assert odoo_tree.ensure().version == "19.0.0+dfsg-1"


def test_with_apt_debians_package_is_fetched(bare, monkeypatch):
    monkeypatch.setattr(system, "has_apt", lambda: True)
    monkeypatch.setattr(debian, "unpack", lambda _folder: "19.0.0+dfsg-1")
    assert odoo_tree.ensure().version == "19.0.0+dfsg-1"
