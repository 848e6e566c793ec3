from . import iconic_account_products
from . import iconic_image
from . import iconic_prepared_image
from . import product_template
from . import product_product
from . import product_pricelist
from . import product_tag
from . import iconic_readiness
