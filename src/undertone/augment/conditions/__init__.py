"""What happens to a voice on its way: noise, rooms, lines, levels, lengths; each synthesised, each seeded."""

from undertone.augment.conditions.condition import (
    CONDITIONS,
    KINDS,
    Condition,
    Kind,
    Surroundings,
    conditions_from,
    under,
)
from undertone.augment.conditions.copies import COPIES, LEARNED, SoundSettings, sound_copies

__all__ = [
    "CONDITIONS",
    "COPIES",
    "KINDS",
    "LEARNED",
    "Condition",
    "Kind",
    "SoundSettings",
    "Surroundings",
    "conditions_from",
    "sound_copies",
    "under",
]
