"""What compiled networks run on: a row a target, a file a family, and the commands that run them here."""

from undertone.compiler.targets.profile import PROFILES, own_math, profile_flags
from undertone.compiler.targets.registry import LISTED, TARGETS
from undertone.compiler.targets.run import can_run, run
from undertone.compiler.targets.target import Target

__all__ = ["LISTED", "PROFILES", "TARGETS", "Target", "can_run", "own_math", "profile_flags", "run"]
