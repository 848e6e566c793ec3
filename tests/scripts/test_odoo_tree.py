"""Where Odoo comes from, and what is refused."""

import hashlib

import pytest

from scripts.env import console, odoo_tree, pins

PIN = pins.DebianPin(
    "odoo-19", "19.0.0+dfsg-1", "sid", hashlib.sha256(b"a").hexdigest()
)


def odoo_home(folder, version):
    """Make something that looks like an Odoo tree.

    :param folder: where
    :param version: the text of its version tuple
    :return: the folder
    """
    (folder / "odoo").mkdir()
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


def test_the_pinned_version_is_taken_when_it_is_there():
    offered = {"odoo-19": [("19.0.1-1", "sid"), (PIN.version, "sid")]}
    assert odoo_tree.choose(PIN, offered) == PIN.version


def test_the_suites_version_stands_in_for_a_pinned_one_that_is_gone(capsys):
    offered = {"odoo-19": [("19.0.2-1", "trixie"), ("19.0.1-1", "sid")]}
    assert odoo_tree.choose(PIN, offered) == "19.0.1-1"
    assert "19.0.0+dfsg-1, the pinned, is gone" in capsys.readouterr().out


def test_a_changed_file_stops_everything(tmp_path):
    file = tmp_path / "odoo.deb"
    file.write_bytes(b"b")
    with pytest.raises(console.Trouble, match="is not the file it was"):
        odoo_tree.check(PIN, file)


def test_the_mirror_is_neither_the_security_nor_the_updates_archive():
    uris = """\
'http://mirror.example/debian-security/dists/bookworm-security/InRelease' a 0
'http://mirror.example/debian/dists/bookworm-updates/InRelease' b 0
'http://mirror.example/debian/dists/bookworm/main/binary-amd64/Packages.xz' c 0
'http://mirror.example/debian/dists/bookworm/InRelease' d 0
"""
    assert odoo_tree.find_mirror(uris) == "http://mirror.example/debian"


def test_without_a_debian_mirror_the_user_is_told_what_to_do():
    with pytest.raises(console.Trouble, match="set ODOO_HOME"):
        odoo_tree.find_mirror("")
