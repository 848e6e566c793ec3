from . import iconic_account_order_settle
from . import iconic_order_credit
from . import iconic_order_settle
from . import iconic_order_papers
from . import iconic_account_order_counts
from . import account_move
