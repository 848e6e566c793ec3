from . import iconic_shipment_provider
from . import iconic_order_document
from . import stock_picking
from . import stock_picking_ship
from . import stock_picking_tracking
from . import order_document_job
