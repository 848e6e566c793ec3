from . import iconic_taxonomy
from . import iconic_account_taxonomy
from . import iconic_category_map
from . import iconic_value_map
from . import taxonomy_jobs
