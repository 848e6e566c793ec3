from . import iconic_feed
from . import iconic_feed_evidence
from . import iconic_feed_read
from . import iconic_feed_doubt
from . import iconic_feed_at_once
from . import iconic_feed_recover
from . import feed_jobs
