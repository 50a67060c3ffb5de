"""A bundle that ships is judged by its name, as it is compiled and asked by it."""


def test_a_bundle_that_ships_is_not_judged_by_what_it_learned_from(undertone):
    told = undertone("evaluate", "emodb", "--on", "emodb")
    assert told.status == 1 and "emodb learned from emodb: its clips cannot judge it" in told.err


def test_a_name_that_no_bundle_has_is_told_with_those_that_ship(undertone):
    told = undertone("evaluate", "germany", "--on", "emodb")
    assert told.status == 1
    assert "no bundle at 'germany'" in told.err and "emodb, english, english-tiny" in told.err
