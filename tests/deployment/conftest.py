"""What the tests of several kinds of artefact share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for arduino_rules
