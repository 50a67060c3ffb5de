from __future__ import annotations

import undertone.errors as errors
from undertone.errors import UndertoneError, UnknownNameError, nearest


def test_every_error_is_drawn_in_the_tree() -> None:
    classes = [c for c in vars(errors).values() if isinstance(c, type) and issubclass(c, UndertoneError)]
    assert len(classes) > 10
    for error in classes:
        assert error.__name__ in (errors.__doc__ or "")


def test_every_refined_error_is_also_a_builtin() -> None:
    for error in vars(errors).values():
        if isinstance(error, type) and issubclass(error, UndertoneError) and error is not UndertoneError:
            assert issubclass(error, ValueError | FileNotFoundError | ImportError | RuntimeError)


def test_an_unknown_name_suggests_the_nearest() -> None:
    assert str(UnknownNameError("model", "artcle", ["article"])).startswith(
        "unknown model 'artcle' (did you mean 'article'?)"
    )
    assert nearest("zzz", ["article"]) == ""
