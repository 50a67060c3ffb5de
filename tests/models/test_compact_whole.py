import numpy as np

from undertone.compiler import read_model
from undertone.compiler import run as interpret
from undertone.models import compact
from undertone.training.predict import save

FRAMES, STATISTICS, CLASSES = 32, 5, 3


def test_the_two_opinions_are_multiplied(tmp_path):
    """Scores of the whole are those of networks and line, multiplied and scaled to sum to one."""
    rng = np.random.default_rng(0)
    networks = [compact.build((FRAMES, 66), CLASSES) for _ in range(compact.MEMBERS)]
    whole = compact.build_whole(FRAMES, STATISTICS, CLASSES)
    for number, network in enumerate(networks):
        for layer in network.layers:
            if layer.get_weights():
                whole.get_layer(f"network{number}").get_layer(layer.name).set_weights(layer.get_weights())
    weights, bias = rng.normal(size=(STATISTICS, CLASSES)), rng.normal(size=CLASSES)
    whole.get_layer("line").set_weights([weights, bias])
    sequence = rng.normal(size=(1, FRAMES, 66)).astype(np.float32)
    figures = rng.normal(size=(1, STATISTICS)).astype(np.float32)
    scores = [network.predict(sequence, verbose=0)[0] for network in networks]
    expected = np.prod(scores, axis=0) * np.exp(figures[0] @ weights + bias)
    row = np.concatenate([sequence.reshape(1, -1), figures], axis=1)
    np.testing.assert_allclose(whole.predict(row, verbose=0)[0], expected / expected.sum(), rtol=1e-4)
    save(whole, tmp_path / "whole.h5")
    np.testing.assert_allclose(
        interpret(read_model(tmp_path / "whole.h5"), row[0]).ravel(), expected / expected.sum(), rtol=1e-4
    )
