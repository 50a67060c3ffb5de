"""How a network is trained."""

from __future__ import annotations

from dataclasses import dataclass

from undertone.errors import ConfigError


@dataclass(frozen=True)
class TrainSettings:
    """Adam on the categorical cross-entropy, for a fixed number of epochs or until patience ends.

    Attributes
    ----------
    epochs : int
        Passes over the training examples.
    batch_size : int
        Examples a step; a smaller training set is one batch.
    learning_rate : float
        Adam's; its other numbers are Keras's (0.9, 0.999, 1e-7).
    patience : int
        Stop after so many epochs without a better validation score; 0 never stops early.
    seed : int
        Names the first weights, the order of the examples and the dropout.

    Raises
    ------
    ConfigError
        A number is out of range.
    """

    epochs: int = 20
    batch_size: int = 64
    learning_rate: float = 5e-4
    patience: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("epochs", 1), ("batch_size", 1), ("patience", 0), ("seed", 0)):
            if getattr(self, name) < least:
                raise ConfigError(f"training: {name} is {getattr(self, name)}; accepted: {least} and more")
        if not 0 < self.learning_rate < 1:
            raise ConfigError(f"training: learning_rate is {self.learning_rate}; accepted: more than 0, less than 1")
