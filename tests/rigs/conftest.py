"""Which rigs take minutes and run with `dev.py rigs` alone, which sets RIG_ROUNDS."""

import os

collect_ignore = [] if "RIG_ROUNDS" in os.environ else ["test_full_grid.py", "test_proofs_bite.py"]
