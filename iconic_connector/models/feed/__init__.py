from . import iconic_feed
from . import iconic_feed_line
from . import iconic_feed_send
from . import iconic_feed_recovery
from . import iconic_feed_read
