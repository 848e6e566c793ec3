from . import iconic_order_change
from . import iconic_order_change_send
from . import iconic_order_change_outcome
from . import iconic_failure_reason
from . import order_change_job
