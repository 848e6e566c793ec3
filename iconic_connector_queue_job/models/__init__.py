from . import iconic_account
from . import iconic_account_job
