"""The rules of the business. Knows nothing of Odoo."""
