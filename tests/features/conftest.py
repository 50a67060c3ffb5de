"""What the tests of several feature sets share."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # for voice_oracle
