"""Bytes <-> float32 mono samples: read, write, resample, trim."""
