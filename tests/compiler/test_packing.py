import json

import numpy as np
import pytest

from undertone.compiler import pack, run, unpack
from undertone.errors import ModelError


def test_the_same_graph_gives_the_same_bytes_and_comes_back(small, rng):
    members = pack(small)
    assert members == pack(unpack(members))
    x = rng.normal(size=(2, 19, 3)).astype(np.float32)
    assert np.array_equal(run(small, x), run(unpack(members), x))


def test_the_order_in_which_constants_were_added_does_not_matter(small):
    turned = small.replace(constants=dict(reversed(small.constants.items())))
    assert pack(turned) == pack(small)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda m: {"graph.json": m["graph.json"]},
        lambda m: {**m, "graph.json": m["graph.json"][:100]},
        lambda m: {**m, "weights.bin": m["weights.bin"][:100]},
        lambda m: {**m, "graph.json": m["graph.json"].replace(b'"MaxPool"', b'"MinPool"')},
        lambda m: {**m, "graph.json": _edited(m["graph.json"], "constants", {"k1": -64})},
        lambda m: {**m, "graph.json": _edited(m["graph.json"], "format", "undertone-graph-9")},
        lambda m: {**m, "graph.json": _edited(m["graph.json"], "nodes", [{"op": "Relu"}])},
    ],
)
def test_damage_is_one_clear_error(small, spoil):
    with pytest.raises(ModelError):
        unpack(spoil(pack(small)))


def _edited(text: bytes, key: str, value: object) -> bytes:
    form = json.loads(text)
    form[key] = {**form[key], **value} if isinstance(value, dict) else value
    return json.dumps(form).encode()
