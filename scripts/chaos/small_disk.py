"""A filestore on a small disk of its own, which fills up and is emptied again."""

import errno
import os
import shutil
import subprocess

#: Bytes that are free beside what the filestore has already.
ROOM = 256 * 2**20
BALLAST, CHUNK = "ballast", 2**20


class SmallDisk:
    """A small `tmpfs` in the place of a folder; a context manager that takes it away.

    Mounting takes the rights of root, which not every machine gives.

    :param folder: the folder, whose files are copied
    """

    def __init__(self, folder):
        self._folder = folder
        self._ballast = folder / BALLAST
        self.mounted = False

    def __enter__(self):
        original = self._folder.with_name(f"{self._folder.name}-original")
        self._folder.rename(original)
        self._folder.mkdir()
        self.mounted = self._mount(_size(original) + ROOM)
        shutil.copytree(original, self._folder, dirs_exist_ok=True)
        shutil.rmtree(original)
        return self

    def __exit__(self, *failure):
        if self.mounted:
            subprocess.run(["umount", "--lazy", self._folder], check=True)

    def _mount(self, size):
        options = ["-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs"]
        if os.geteuid() or not shutil.which("mount"):
            return False
        answer = subprocess.run(["mount", *options, self._folder], capture_output=True)
        return not answer.returncode

    def fill(self):
        """Take all the room that is left, whoever takes some of it meanwhile."""
        with self._ballast.open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(CHUNK))
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    return

    def empty(self):
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)


def _size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
