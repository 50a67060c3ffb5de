"""What is quoted says whose it is, where it stands and whether anybody read it again."""

import re
from urllib.parse import urlsplit

import pytest

from undertone.corpora import PROTOCOLS
from undertone.evaluation.quoted import all_quoted, quoted_for

ROWS = all_quoted()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.protocol}-{row.who}")
def test_a_row_can_be_looked_up(row):
    assert row.protocol in PROTOCOLS and row.measure in ("UAR", "accuracy") and 0 < row.value < 100
    assert re.search(r"(19|20)\d\d\b", row.work), "a work has its year"
    assert row.caveat, "nothing published was measured as ours was"
    if row.found:
        address = urlsplit(row.source)
        assert address.scheme in ("http", "https") and "." in address.netloc
        assert re.match(r"20\d\d-\d\d: ", row.checked), "when, and what was compared"


def test_the_highest_comes_first_and_no_other_protocol_is_among_them():
    rows = quoted_for("ravdess.6fold")
    assert [row.value for row in rows] == sorted((row.value for row in rows), reverse=True)
    assert {row.protocol for row in rows} == {"ravdess.6fold"} and len(rows) == 4


def test_what_nobody_could_read_again_says_so():
    assert [(row.protocol, row.who) for row in ROWS if not row.found] == [
        ("ravdess.6fold", "people"),
        ("tess.cross", "people"),
    ]
