from . import iconic_order_invoice_and_credit_note
from . import iconic_order_item
from . import sale_order_line
from . import account_move
from . import iconic_cutoff_item
