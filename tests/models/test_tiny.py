from undertone.models import MODELS, tiny


def test_it_is_as_small_as_it_says():
    assert tiny.build((288, 66), 9).count_params() == 78626
    assert tiny.build_whole(288, 1090, 7).count_params() == 86005


def test_it_is_trained_as_compact_is():
    assert (MODELS["tiny"].frontend, MODELS["tiny"].sequence) == (MODELS["compact"].frontend, True)
    assert MODELS["tiny"].members == 1
