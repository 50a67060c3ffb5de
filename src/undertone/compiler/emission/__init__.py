"""From an optimised graph to C11 that people can read: one .c, one .h, and the weights apart."""
