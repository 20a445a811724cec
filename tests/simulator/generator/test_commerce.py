from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.generator import plan
from simulator.generator.commerce import money
from simulator.generator.people import places


def cents(value) -> Decimal:
    """Return an amount exactly as it is written."""
    return Decimal(str(value))


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [(1900, "USD", 19), (1950, "USD", 19.5), (1, "EUR", 0.01), (0, "USD", 0), (1950, "JPY", 1950)],
)
def test_amounts_are_written_as_json_writes_them(amount, currency, expected):
    """Whole amounts are integers, others have their cents, and yen have none."""
    assert money(amount, currency) == expected
    assert type(money(amount, currency)) is type(expected)


@pytest.fixture(scope="module", params=["en_US", "de_DE", "ja_JP"])
def shopping(request):
    """A run with many orders, in three currencies."""
    return request.param, list(plan(2_500, 5, scenarios=["checkout-flow"], locale=request.param, people=400).messages())


def test_order_sums_agree_to_the_cent(shopping):
    """Subtotal is the lines less the discount, revenue the subtotal, total adds shipping and tax; every order."""
    locale, messages = shopping
    orders = [message["properties"] for message in messages if message.get("event") == "Order Completed"]
    assert len(orders) > 40
    tax = Decimal(places(locale)[0].tax) / 1000
    unit = Decimal(1) if locale == "ja_JP" else Decimal("0.01")
    for order in orders:
        lines = sum(cents(line["price"]) * line["quantity"] for line in order["products"])
        assert cents(order["subtotal"]) == lines - cents(order["discount"])
        assert cents(order["revenue"]) == cents(order["subtotal"])
        assert cents(order["total"]) == cents(order["subtotal"]) + cents(order["shipping"]) + cents(order["tax"])
        assert abs(cents(order["tax"]) - cents(order["subtotal"]) * tax) <= unit / 2
        assert ("coupon" in order) is (order["discount"] > 0)
    assert any(order["discount"] > 0 for order in orders)
    assert any(order["shipping"] > 0 for order in orders)


def test_a_checkout_has_value_in_place_of_total(shopping):
    """Checkout Started has the order's keys with value instead of total, and the sums agree."""
    for message in shopping[1]:
        if message.get("event") == "Checkout Started":
            order = message["properties"]
            assert "total" not in order
            assert cents(order["value"]) == cents(order["revenue"]) + cents(order["shipping"]) + cents(order["tax"])


def test_the_product_viewed_is_the_product_added(shopping):
    """What is added is what was shown last to that visitor, and what is ordered was added before."""
    shown, added = {}, {}
    started = set()
    for message in shopping[1]:
        visitor, properties = message.get("anonymousId"), message.get("properties", {})
        event = message.get("event")
        if event in ("Product Clicked", "Product Viewed", "Product Removed"):
            shown[visitor] = properties["product_id"]
            started.add(visitor)
        elif event == "Product Added" and visitor in shown:
            assert properties["product_id"] == shown[visitor]
            added.setdefault(properties["cart_id"], set()).add(properties["product_id"])
        elif event == "Cart Viewed" and properties["cart_id"] in added and len(properties["products"]) == 1:
            (line,) = properties["products"]
            assert line["quantity"] >= 1


def test_products_are_the_same_wherever_they_come_up(shopping):
    """A product_id stands for one sku, name, brand, category, variant and price throughout."""
    seen = {}
    for message in shopping[1]:
        properties = message.get("properties", {})
        for product in (*properties.get("products", ()), properties):
            if "sku" in product:
                facts = tuple(product[key] for key in ("sku", "name", "brand", "category", "variant", "price"))
                assert seen.setdefault(product["product_id"], facts) == facts
