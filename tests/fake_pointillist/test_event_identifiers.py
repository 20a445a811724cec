"""The identifiers of an event, read by themselves; test_intake.py has them with the rest of the rules."""

from fake_pointillist.event_identifiers import others_of, read_identifiers


def test_the_two_ids_and_the_others_are_told_apart():
    """The customer's, its type without case; misspelt ids and those of other actors join nothing, and are noted."""
    actors = {
        "Customer": {"userId": "u", "email": "e", "user_id": "v", "phone": None, "card": ""},
        "store": {"id": "s"},
    }
    broken, notes = [], []
    assert read_identifiers(actors, True, broken, notes) == ("u", None, (("email", "e"),))
    assert broken == []
    assert [(note.code, note.path) for note in notes] == [
        ("misspelt_id", "/actors/Customer/user_id"),
        ("unjoined_identifier", "/actors/store/id"),
    ]


def test_what_the_sender_wrote_stays_on_one_line():
    """A name with a line feed or a quotation mark is quoted as JSON quotes it."""
    broken = []
    read_identifiers({"customer": {'a\n"b': 1}}, True, broken, [])
    assert [one.message for one in broken] == [r'identifier "a\n\"b" is the number 1']


def test_others_come_in_the_order_of_their_names():
    """So that two events with the same ones are equal."""
    assert others_of({"phone": "p", "userId": "u", "email": "e", "userid": "x"}) == (("email", "e"), ("phone", "p"))
