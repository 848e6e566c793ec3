"""A filestore whose disk fills up."""

import errno

import pytest

from scripts.chaos.small_disk import SmallDisk


@pytest.fixture
def disk(tmp_path):
    folder = tmp_path / "filestore"
    folder.mkdir()
    (folder / "picture").write_bytes(b"before")
    with SmallDisk(folder) as disk:
        if not disk.mounted:
            pytest.skip("Nothing can be mounted here.")
        yield folder, disk


def test_a_full_disk_keeps_what_it_has_and_takes_nothing_until_it_is_emptied(disk):
    folder, disk = disk
    disk.fill()
    assert (folder / "picture").read_bytes() == b"before"
    with pytest.raises(OSError) as refused:
        (folder / "another").write_bytes(b"too much" * 1000)
    assert refused.value.errno == errno.ENOSPC
    disk.empty()
    (folder / "another").write_bytes(b"fits" * 1000)
