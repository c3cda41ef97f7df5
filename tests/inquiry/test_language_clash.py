"""Which pairs of statements are called a clash, and above all which are not."""

import pytest

from hq_tui.inquiry.clash import compare

CLASHES = [
    ("The heating always works", "The heating does not work at weekends"),
    ("We never cancel a lesson", "We cancel a lesson about twice a month"),
    ("Everyone here likes the new rota", "Nobody likes the new rota"),
    ("The bridge is safe for trucks", "The bridge is dangerous for trucks"),
    ("The repair takes two days", "The repair takes three weeks"),
    ("The door must be locked", "The door must not be locked"),
    ("Every parcel arrives late", "The parcel on Monday did not arrive late"),
    ("Herbal teas are always safer", "The herbal tea from the fair was not safe"),
    ("The apprentices learn nothing from it", "Apprentices do learn from it when I join in"),
    ("I walk 6 km every day", "On wet days I walk about 2 km"),
    ("We have to paint all 40 doors", "We cannot paint more than 12 doors"),
    ("It is finished by March 2031", "The roof alone is finished in May 2032"),
]

FITTING = [
    ("We squash features", "We do not squash hotfixes"),
    ("Until June we had release branches", "Now we do not have release branches"),
    ("Guests never enter the kitchen", "Guests enter the kitchen, except on open days"),
    ("The first train is slow", "The second bus is fast"),
    ("Lunch takes 40 minutes", "Dinner takes 90 minutes"),
    ("The tests are green", "If the disk is full, the tests are not green"),
    ("I like the plan", "My brother would say the plan is not likely"),
    ("The shop is open", "By open I mean that the shop is not locked"),
    ("The heating is on", "Tea is not on the menu"),
    ("Nobody here swims on Fridays", "On Thursdays half of us here swim"),
    ("I never eat meat at lunch", "My wife eats meat at lunch"),
    ("I never phone at home after six", "In the shop I sometimes phone after six"),
    ("The oven heats well and never bakes evenly", "The same type upstairs does bake evenly"),
    ("Members under 16 cannot vote", "Members over 16 can vote"),
    ("Letters from banks always carry a stamp", "Letters from the town never carry a stamp"),
    ("Adults pay 12 euros", "Groups of ten or more adults pay 9 euros each"),
    ("Films are kept 30 days", "Copying a film takes 2 hours"),
    ("She fell twice in 3 months", "Safe means that she is found within ten minutes"),
    ("It fails for files over 50 MB", "A 49 MB file takes 40 seconds"),
    ("Papers daily, magazines weekly", "Papers are kept 30 days"),
    ("The course was in 2019", "The second course was in 2021"),
    ("I understand forks, but not branches", "I do understand branches a little"),
    ("", ""),
    ("???", "not"),
]


@pytest.mark.parametrize(("older", "newer"), CLASHES)
def test_a_clash_in_words_is_strong(older: str, newer: str) -> None:
    found = compare(older, newer)
    assert found is not None
    assert found.strong


@pytest.mark.parametrize(("older", "newer"), FITTING)
def test_scope_time_condition_and_other_people_make_no_clash(older: str, newer: str) -> None:
    found = compare(older, newer)
    assert found is None or not found.strong


def test_opposite_sides_of_a_trade_off_lean_but_do_not_clash() -> None:
    found = compare("My team has full autonomy", "I approve and check each step before it goes out")
    assert found is not None
    assert not found.strong
