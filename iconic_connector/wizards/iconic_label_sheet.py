import base64
import io
import zipfile

from odoo import api, fields, models
from odoo.tools.pdf import PdfReadError, merge_pdf


class IconicLabelSheet(models.TransientModel):
    """The labels of several deliveries in one file, to be printed.

    Labels that are no PDF cannot be merged: the file is an archive then.
    """

    _name = "iconic.label.sheet"
    _description = "Labels of THE ICONIC"

    name = fields.Char(required=True)
    content = fields.Binary(attachment=True, required=True)

    @api.model
    def _make(self, labels):
        """Return a sheet of labels.

        :param labels: `ir.attachment` records, in the order of printing
        """
        papers = labels.filtered(lambda label: label.mimetype == "application/pdf")
        try:
            merged = merge_pdf([label.raw for label in papers]) if papers else b""
        except (PdfReadError, ValueError):
            # One of them is damaged: each is handed out as it came.
            papers, merged = papers.browse(), b""
        others = labels - papers
        if not others:
            return self._store("labels.pdf", merged)
        if len(labels) == 1:
            return self._store(labels.name, labels.raw)
        return self._store("labels.zip", _packed(merged, others))

    @api.model
    def _store(self, name, content):
        return self.create({"name": name, "content": base64.b64encode(content)})

    def _download(self):
        """Return the action that hands the file to the browser."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content/{self.name}"
            "?download=true",
            "target": "download",
        }


def _packed(merged, others):
    """Return an archive of the merged labels and of those that cannot be merged."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        if merged:
            archive.writestr("labels.pdf", merged)
        for place, label in enumerate(others, 1):
            archive.writestr(f"{place:03d}-{label.name}", label.raw)
    return output.getvalue()
