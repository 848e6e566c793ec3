"""Files of Odoo's filestore that a full disk or a deletion has damaged.

Odoo names a file by the checksum of its bytes, and refuses to store bytes where a file
of that name has other ones ("The attachment collides with an existing file"): one that
was half-written on a full disk would block the same bytes for ever. What it cannot read
it gives as empty.

Source: Odoo 19, `ir.attachment`: `_get_path`, `_file_write` and `_file_read`.
"""

import os
from contextlib import contextmanager

from odoo.exceptions import UserError


class StorageFailure(UserError):
    """Bytes cannot be stored or are lost: the fault of the server, and of no record."""


@contextmanager
def storing(env, content):
    """Store bytes in the filestore, whatever an earlier attempt has left there.

    :param bytes content: what is stored inside of this context
    :raise StorageFailure: if the server cannot store them
    """
    try:
        _discard_broken_file(env, content)
        yield
    except OSError as error:
        _discard_broken_file(env, content)
        raise StorageFailure(
            env._(
                "Odoo's server cannot store a file (%s): ask its administrator for "
                "space on the disk of the filestore. It is tried again by itself.",
                error.strerror or error,
            )
        ) from error


def whole_content(attachment):
    """Return the bytes of an attachment; empty if its file is missing or damaged.

    :param attachment: an `ir.attachment`, maybe empty or deleted
    """
    return intact_content(attachment.sudo().exists())


def intact_content(attachment):
    """Return the bytes of an attachment that was just found, as `whole_content` does.

    :param attachment: an `ir.attachment`, maybe empty
    """
    content = attachment.raw or b""
    is_whole = attachment._compute_checksum(content) == attachment.checksum
    return content if is_whole else b""


def _discard_broken_file(env, content):
    """Delete the file that these bytes will have, if it contains others.

    It is of no use to anybody, since its name promises these bytes.

    :param bytes content: what is to be stored
    """
    attachments = env["ir.attachment"].sudo()
    checksum = attachments._compute_checksum(content)
    path = attachments._full_path(f"{checksum[:2]}/{checksum}")
    if os.path.isfile(path) and not attachments._same_content(content, path):
        os.unlink(path)
