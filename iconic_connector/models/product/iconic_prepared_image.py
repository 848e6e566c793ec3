import base64
import os
import time
from contextlib import ExitStack
from io import BytesIO
from typing import NamedTuple

from odoo import api, fields, models
from odoo.fields import Domain

from ... import const
from ...domain import pictures
from ..filestore import storing

# The fields with original pictures, which are public for who knows the checksum.
ORIGINALS = (
    ("iconic.image", "image"),
    ("product.product", "image_variant_1920"),
    ("product.template", "image_1920"),
)


class Picture(NamedTuple):
    """A stored picture, identified by its attachment and the checksum of its bytes."""

    attachment_id: int
    checksum: str
    mimetype: str
    file_size: int
    store_fname: str

    def open(self, env):
        """Open the bytes as a file, without reading all of a large one into memory.

        :raise OSError: if the file is missing or damaged
        """
        # Odoo hides the attachment of a field from users who may read its record.
        attachment = env["ir.attachment"].sudo().browse(self.attachment_id)
        if self.store_fname:
            path = attachment._full_path(self.store_fname)
            if os.path.getsize(path) != self.file_size:
                raise OSError("The file is damaged")
            return open(path, "rb")
        return BytesIO(attachment.raw or b"")


class IconicPreparedImage(models.Model):
    """What was found out about an original picture, and what was made of it to be sent.

    Made once for the bytes of an original, whoever uses them, and kept: nothing is
    converted while somebody waits for a picture. Read and written with all rights,
    since equal pictures of different companies share it.
    """

    _name = "iconic.prepared.image"
    _description = "THE ICONIC Prepared Picture"

    # Not unique: two processes may prepare the same picture, and the first one counts.
    checksum = fields.Char(
        required=True, index=True, help="That of the bytes of the original."
    )
    content = fields.Binary(
        help="The picture that is sent. Empty: the original is, or none can be."
    )
    mimetype = fields.Char(help="As sent.")
    width = fields.Integer(help="In pixels, as sent. 0: unknown.")
    height = fields.Integer(help="In pixels, as sent. 0: unknown.")
    file_size = fields.Integer(help="In bytes, as sent.")
    fault = fields.Selection(
        [
            (pictures.UNREADABLE, "Unreadable"),
            (pictures.WRONG_SIZE, "Too Small or Too Large"),
            (pictures.TOO_HEAVY, "Too Many Bytes"),
        ],
        help="Why it cannot be sent.",
    )

    @api.model
    def _prepare(self, originals, seconds):
        """Prepare pictures that are not yet, in their order.

        What could not be read is tried again, after the others: its file may be back.

        :param originals: `Picture` records
        :param seconds: after these no further one is begun, apart from the first few
        :return: what is known of those that are prepared, as from `_of`
        """
        missing = {one.checksum: one for one in originals}
        originals = list(missing.values())
        known = self._of(originals)
        for checksum, one in known.items():
            original = missing.pop(checksum)
            if one._is_unreadable():
                missing[checksum] = original
        self._prepare_each(missing, seconds)
        return self._of(originals) if missing else known

    def _prepare_each(self, missing, seconds):
        """Prepare pictures one after the other, and store them in batches.

        :param missing: checksum -> `Picture`
        :param seconds: as for `_prepare`
        """
        deadline = time.monotonic() + seconds
        batch = []
        for place, (checksum, original) in enumerate(missing.items()):
            if place >= const.PICTURES_AT_LEAST and time.monotonic() >= deadline:
                break
            batch.append((checksum, self._prepare_one(original)))
            if len(batch) == const.PICTURE_BATCH:
                self._store(batch)
                batch = []
        self._store(batch)

    def _is_unreadable(self):
        """Tell whether the file could not be read, which may be over."""
        return self.fault == pictures.UNREADABLE

    def _prepare_one(self, original):
        """Return the `PreparedPicture` of a `Picture`."""
        try:
            with original.open(self.env) as stream:
                return pictures.prepare_picture(
                    stream, original.file_size, original.mimetype
                )
        except OSError:
            return pictures.PreparedPicture(fault=pictures.UNREADABLE)

    def _store(self, batch):
        """Store prepared pictures.

        :param batch: pairs of the original's checksum and a `PreparedPicture`
        :raise StorageFailure: if the server cannot store their files
        """
        rows = [
            {
                "checksum": checksum,
                "mimetype": found.mimetype,
                "width": found.width,
                "height": found.height,
                "file_size": found.size,
                "fault": found.fault or False,
            }
            for checksum, found in batch
        ]
        with ExitStack() as stack:
            for row, (_checksum, found) in zip(rows, batch, strict=True):
                if found.content:
                    stack.enter_context(storing(self.env, found.content))
                    row["content"] = base64.b64encode(found.content)
            # Odoo would scale them down.
            images = self.with_context(image_no_postprocess=True).sudo()
            checksums = [row["checksum"] for row in rows]
            known = images.search([("checksum", "in", checksums)]).grouped("checksum")
            # To unlink a row would empty the listings that are checked unsaved.
            for row in rows:
                known.get(row["checksum"], images).write(row)
            images.create([row for row in rows if row["checksum"] not in known])

    @api.model
    def _of(self, originals):
        """Return what is known of those pictures that are prepared, with one query.

        :param originals: `Picture` records
        :return: a dict, checksum of the original -> `iconic.prepared.image`
        """
        checksums = list({one.checksum for one in originals})
        found = self.sudo().search_fetch(
            [("checksum", "in", checksums)],
            ["checksum", "mimetype", "width", "height", "file_size", "fault"],
            order="id DESC",
        )
        return {one.checksum: one for one in found}

    def _path(self, original):
        """Return the path of a picture's address; other bytes have another one.

        :param original: the `Picture` that this one was made of
        """
        extension = const.IMAGE_EXTENSIONS.get(self.mimetype, "jpg")
        return f"/iconic/image/{original.attachment_id}/{original.checksum}.{extension}"

    @api.model
    def _attachment_to_serve(self, attachment):
        """Return the attachment with the bytes that are sent, empty if none is ready.

        :param attachment: that of an original, an `ir.attachment` of `ORIGINALS`
        """
        prepared = self.sudo().search(
            [("checksum", "=", attachment.checksum)], order="id", limit=1
        )
        made = stored_pictures(prepared, "content").get(prepared.id)
        served = attachment.browse(made.attachment_id) if made else attachment
        is_ready = served.mimetype in const.IMAGE_EXTENSIONS
        return served if is_ready else attachment.browse()

    def _fault_text(self):
        """Return why this picture cannot be sent and what to do, or an empty string."""
        shortest, longest = pictures.PIXELS
        if self.fault == pictures.UNREADABLE:
            return self.env._(
                "A picture cannot be read: upload it again as JPEG or PNG."
            )
        if self.fault == pictures.TOO_HEAVY:
            return self.env._(
                "A picture has %(size).1f MB as it is sent, but at most %(limit)d MB "
                "are allowed: reduce its size and upload it again, as JPEG.",
                size=self.file_size / 1024**2,
                limit=pictures.MAX_BYTES / 1024**2,
            )
        if self.fault and not self.width:
            return self.env._(
                "A picture has far too many pixels: upload another one, with "
                "%(shortest)s to %(longest)s per side.",
                shortest=shortest,
                longest=longest,
            )
        if self.fault:
            return self.env._(
                "A picture has %(width)s x %(height)s pixels, but %(shortest)s to "
                "%(longest)s per side are allowed: upload another one.",
                width=self.width,
                height=self.height,
                shortest=shortest,
                longest=longest,
            )
        return ""

    @api.model
    def _original_domain(self):
        """Return the domain of the attachments that hold original pictures."""
        return Domain.OR(
            Domain("res_model", "=", model) & Domain("res_field", "=", field)
            for model, field in ORIGINALS
        )

    @api.autovacuum
    def _gc_without_original(self):
        """Delete what was made of pictures that Odoo has no more."""
        # With all rights: whose pictures they are does not matter.
        originals = self.env["ir.attachment"].sudo()._search(self._original_domain())
        self.sudo().search(
            [("checksum", "not in", originals.subselect("checksum"))]
        ).unlink()


def stored_pictures(records, field_name):
    """Return the stored picture of each record, in one query.

    :param records: a recordset
    :param str field_name: a stored image field of it
    :return: a dict, record id -> `Picture`
    """
    [found] = all_stored_pictures((records, field_name))
    return found


def all_stored_pictures(*sources):
    """Return the stored pictures of records of several models, in one query.

    :param sources: pairs of a recordset and a stored image field of it, as for
        `stored_pictures`
    :return: a list with what that returns, for each of them
    """
    domain = Domain.OR(
        Domain("res_model", "=", records._name)
        & Domain("res_field", "=", field_name)
        & Domain("res_id", "in", records.ids)
        for records, field_name in sources
    )
    # Odoo hides the attachment of a field from users who may read its record.
    Attachment = sources[0][0].env["ir.attachment"].sudo()
    rows = Attachment.search_fetch(
        domain,
        [
            *("res_model", "res_id"),
            *("checksum", "mimetype", "file_size", "store_fname"),
        ],
    )
    found = {records._name: {} for records, _field_name in sources}
    for row in rows:
        found[row.res_model][row.res_id] = Picture(
            row.id, row.checksum, row.mimetype, row.file_size, row.store_fname
        )
    return list(found.values())
