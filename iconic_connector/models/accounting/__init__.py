from . import iconic_order_invoice_and_credit_note
from . import account_move
