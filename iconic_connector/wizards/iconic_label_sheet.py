import base64
import io
import zipfile
from urllib.parse import quote

from odoo import api, fields, models
from odoo.tools.pdf import PdfReadError, merge_pdf

from ..domain.file_names import file_name


class IconicLabelSheet(models.TransientModel):
    """The labels of several deliveries in one file for printing.

    Labels in other formats than PDF cannot be merged: the file is then a ZIP archive.
    """

    _name = "iconic.label.sheet"
    _description = "Labels of THE ICONIC"

    name = fields.Char(required=True)
    content = fields.Binary(attachment=True, required=True)

    @api.model
    def _make(self, labels):
        """Create a sheet of labels.

        :param labels: `ir.attachment` records, in the order of printing
        """
        pdfs = labels.filtered(lambda label: label.mimetype == "application/pdf")
        try:
            merged = merge_pdf([label.raw for label in pdfs]) if pdfs else b""
        except (PdfReadError, ValueError, RecursionError):
            # One of them is damaged, or its pages contain each other: all go into the
            # archive as they are.
            pdfs, merged = pdfs.browse(), b""
        others = labels - pdfs
        if not others:
            return self._store("labels.pdf", merged)
        if len(labels) == 1:
            return self._store(file_name(labels.name), labels.raw)
        return self._store("labels.zip", _zip(merged, others))

    @api.model
    def _store(self, name, content):
        return self.create({"name": name, "content": base64.b64encode(content)})

    def _download(self):
        """Return the action that downloads the file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{quote(self.name)}"
            "?download=true",
            "target": "download",
        }


def _zip(merged, others):
    """Return a ZIP archive of the merged labels and of those that cannot be merged."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        if merged:
            archive.writestr("labels.pdf", merged)
        for place, label in enumerate(others, 1):
            archive.writestr(f"{place:03d}-{file_name(label.name)}", label.raw)
    return output.getvalue()
