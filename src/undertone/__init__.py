"""undertone: from labelled recordings to a small program that hears how a thing is said."""

__version__ = "0.1.0"
