from . import iconic_account_products
from . import iconic_image
from . import iconic_product_problem
from . import iconic_readiness
from . import product_template
from . import product_product
