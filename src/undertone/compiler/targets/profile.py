"""Profiles: as fast as a target can, or the same bits on all of them."""

from __future__ import annotations

from undertone.compiler.targets.target import Target
from undertone.errors import UnknownNameError

# fast: a product and a sum may become one instruction, which rounds once. reproducible: never, and functions are ours.
PROFILES = {"fast": ("-ffp-contract=on",), "reproducible": ("-ffp-contract=off",)}


def profile_flags(profile: str) -> tuple[str, ...]:
    """Return a profile's flags for the C compiler.

    Raises
    ------
    UnknownNameError
        No such profile.
    """
    if profile not in PROFILES:
        raise UnknownNameError("profile", profile, PROFILES)
    return PROFILES[profile]


def own_math(target: Target, profile: str) -> bool:
    """Say whether the emitted C brings its own functions: for the same bits, or where there is no C library."""
    return profile == "reproducible" or not target.hosted
