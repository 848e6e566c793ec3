from . import iconic_order_invoice
from . import account_move
