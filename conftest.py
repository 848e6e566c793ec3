"""Every test, in whichever folder, finds the REST v2 checker."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent / "tests" / "rest_v2"))
