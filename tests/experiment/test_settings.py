import pytest

from undertone.experiment.settings import settings_from
from undertone.models import MODELS


@pytest.mark.parametrize("teachers", [0, 2])
@pytest.mark.parametrize("model", list(MODELS))
def test_what_a_card_tells_makes_the_same_recipe_again(model, teachers):
    values = {"corpus": "emodb", "model": model, "train": {"epochs": 3}, "distil": {"teachers": teachers}}
    settings = settings_from(values, where="test")
    again = settings_from(settings.told(), where="card")
    assert again.recipe == settings.recipe
    assert again.seed == settings.seed


@pytest.mark.parametrize(
    ("model", "read", "unread"),
    [
        ("article", {"augment", "train"}, {"sequence", "spectral", "statistics", "svm", "sound"}),
        ("tiny", {"sequence", "spectral", "statistics", "sound"}, {"augment", "train", "svm", "distil"}),
        ("pooled-svm", {"svm", "statistics", "sound"}, {"augment", "train", "sequence", "spectral"}),
    ],
)
def test_a_card_is_silent_of_what_the_model_does_not_read(model, read, unread):
    told = settings_from({"corpus": "emodb", "model": model}, where="test").told()
    assert read <= told.keys()
    assert not unread & told.keys()
