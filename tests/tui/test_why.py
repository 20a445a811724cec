"""Why, as lines."""

from simulator.tui.screens.why import verdict


def test_whose_it_is_stands_in_full():
    """A long messageId does not push the owner out of the line."""
    why = {"subject": "ajs-next-1767628817781-0f2cd358-e8f8-4247-8160-23cf31152173", "belongs_to": "user:u_42"}
    assert "".join(span.text for span in verdict(why)) == "ajs-next-176…3cf31152173   belongs to  u_42"
