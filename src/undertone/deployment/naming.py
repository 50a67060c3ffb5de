"""What a model's files and functions are called: a word of C that hides no header and is no name of ours."""

from __future__ import annotations

from undertone.compiler.emission.names import identifier

# NAME.h lies among the includes: it must not be found in place of one of these.
_HEADERS = """
    arduino assert complex ctype errno esp_i2s fenv float inttypes iso646 limits locale math metal pdm setjmp signal
    stdalign stdarg stdatomic stdbool stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar
    unistd wchar wctype
"""
HEADERS = frozenset(_HEADERS.split())


def word_of(name: str) -> str:
    """Return the word for a model's name.

    Examples
    --------
    >>> word_of("Emo-DB 2"), word_of("math"), word_of("undertone"), word_of("ut")
    ('emo_db_2', 'math_model', 'undertone_model', 'ut_model')
    """
    word = identifier(name)
    ours = word == "ut" or word.startswith(("undertone", "ut_"))
    return f"{word}_model" if word in HEADERS or ours else word
