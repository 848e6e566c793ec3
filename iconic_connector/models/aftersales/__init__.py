from . import iconic_order_cancel
from . import iconic_order_cancel_return_to_stock
from . import iconic_order_return
from . import missing_returns
from . import history_returns
from . import stock_picking_return
