"""What a model's files and functions are called: a word of C that hides no header."""

from __future__ import annotations

from undertone.compiler.emission.names import identifier

# NAME.h lies among the includes: it must not be found in place of one of these.
_HEADERS = """
    arduino assert complex ctype errno fenv float inttypes iso646 limits locale math metal setjmp signal stdalign stdarg
    stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar wchar wctype
    unistd
"""
HEADERS = frozenset(_HEADERS.split())


def word_of(name: str) -> str:
    """Return the word for a model's name.

    Examples
    --------
    >>> word_of("Emo-DB 2"), word_of("math"), word_of("undertone")
    ('emo_db_2', 'math_model', 'undertone_model')
    """
    word = identifier(name)
    return f"{word}_model" if word in HEADERS or word.startswith("undertone") else word
