from . import iconic_account
from . import iconic_account_feature
from . import iconic_account_connection
from . import iconic_account_webhook
from . import iconic_webhook_event
from . import iconic_account_job
from . import iconic_account_jobs
from . import webhook_job
