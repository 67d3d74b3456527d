"""`python -m tests.delivery [N…]`: what keeps each promise of delivery taken out, and who notices.

Exit code 1 if the tests of a promise pass without it, 2 if the table no longer fits the code.
"""

import sys

from tests.abuse.__main__ import main
from tests.delivery.promises import PROMISES

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], PROMISES, "Promises of delivery", "tests.delivery", __doc__))
