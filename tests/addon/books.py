"""The few accounts and journals that invoices need.

A whole chart of accounts would take longer than the tests.
"""


class Books:
    """Opens the books of companies, for either base class of the tests."""

    @classmethod
    def _open_books(cls, company):
        """Set a company's country, and create its accounts and its sales journal.

        :return: the `account.journal` of sales
        """
        company.account_fiscal_country_id = company.country_id = cls.env.ref("base.au")
        company.account_sale_tax_id = False
        income = cls._ledger(company, "income", "income")
        for kind, account_type in (
            ("receivable", "asset_receivable"),
            ("payable", "liability_payable"),
        ):
            account = cls._ledger(company, kind, account_type, reconcile=True)
            cls.env["ir.default"].set(
                "res.partner",
                f"property_account_{kind}_id",
                account.id,
                company_id=company.id,
            )
        return (
            cls.env["account.journal"]
            .with_company(company)
            .create(
                {
                    "name": "Sales",
                    "code": "SALES",
                    "type": "sale",
                    "default_account_id": income.id,
                    "company_id": company.id,
                }
            )
        )

    @classmethod
    def _ledger(cls, company, name, account_type, **values):
        return (
            cls.env["account.account"]
            .with_company(company)
            .create(
                {
                    "name": name,
                    "code": f"9{len(name)}{account_type[:4]}".upper(),
                    "account_type": account_type,
                    **values,
                }
            )
        )
