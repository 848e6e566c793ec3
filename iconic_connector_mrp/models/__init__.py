from . import iconic_listing
from . import sale_order_line
