"""At the till: coupons, the order with its sums, payment, refund. Effects, as in :mod:`simulator.generator.commerce`.

Money is whole cents until the moment it is written (``facts/segment.md`` 8)::

    subtotal = lines - discount        revenue = subtotal        total = subtotal + shipping + tax
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.generator.commerce import add_to_cart, look_into_cart, money, shop
from simulator.generator.data import table
from simulator.generator.randomness import one_of, token

if TYPE_CHECKING:
    from simulator.generator.visits import Visit


def enter_coupon(visit: Visit) -> None:
    """Type a coupon code."""
    if "order_id" not in visit.carry:
        start_checkout(visit)
    code, name, percent = one_of(visit.rng, table("catalogue")["shop"]["coupons"])
    carry = visit.carry
    carry["_percent"] = percent
    carry["coupon_id"], carry["coupon_name"] = code, name
    _total(visit)


def deny_coupon(visit: Visit) -> None:
    """Refuse the code just typed."""
    if "coupon_id" not in visit.carry:
        enter_coupon(visit)
    visit.carry["_percent"] = 0
    visit.carry["coupon_reason"] = one_of(visit.rng, ("expired", "already used"))
    _total(visit)


def start_checkout(visit: Visit) -> None:
    """Go to the till: an order with its sums."""
    if not visit.carry.get("_cart"):
        add_to_cart(visit)
    carry, rng = visit.carry, visit.rng
    carry["order_id"] = f"ord_{token(rng, 10)}"
    carry["checkout_id"] = f"chk_{token(rng, 10)}"
    carry["_shipping"] = shop(visit.person.place.currency).shipping.draw(rng)
    carry["payment_method"] = one_of(rng, table("catalogue")["shop"]["payments"])
    carry["step"] = 1
    carry["_percent"] = 0
    look_into_cart(visit)
    _total(visit)


def next_step(visit: Visit) -> None:
    """Come to the next step of the checkout."""
    visit.carry["step"] = min(visit.carry["step"] + 1, 4)


def complete_order(visit: Visit) -> None:
    """Buy: the order is kept for later, the cart is empty."""
    carry = visit.carry
    if not carry.get("_cart") or "order_id" not in carry:
        start_checkout(visit)
    _total(visit)
    visit.ordered = True
    carry["_cart"] = []


def recall_order(visit: Visit) -> None:
    """Come back to one of the things that were ordered."""
    carry = visit.carry
    product = one_of(visit.rng, carry["order"]["products"])
    carry["product_id"], carry["product_name"] = product["product_id"], product["name"]
    carry["product_path"] = product["url"].removeprefix(shop(visit.person.place.currency).site)


def refund_order(visit: Visit) -> None:
    """Pay the whole order back; a refund moves what was paid."""
    if "order" not in visit.carry:
        start_checkout(visit)
    order = visit.carry["order"]
    visit.carry["refund"] = {key: order[key] for key in ("order_id", "total", "currency", "products")}


def _total(visit: Visit) -> None:
    carry, place = visit.carry, visit.person.place
    lines = sum(product.cents * quantity for product, quantity in carry["_cart"])
    discount = (lines * carry["_percent"] + 50) // 100
    subtotal = lines - discount
    method, fee = carry["_shipping"]
    if method == "standard" and subtotal >= table("catalogue")["shop"]["free_from"]:
        fee = 0
    tax = (subtotal * place.tax + 500) // 1000
    order: dict[str, Any] = {
        "order_id": carry["order_id"],
        "affiliation": table("catalogue")["shop"]["affiliation"],
        "subtotal": money(subtotal, place.currency),
        "total": money(subtotal + fee + tax, place.currency),
        "revenue": money(subtotal, place.currency),
        "shipping": money(fee, place.currency),
        "tax": money(tax, place.currency),
        "discount": money(discount, place.currency),
        "currency": place.currency,
        "products": carry["cart_products"],
    }
    if discount:
        order["coupon"] = carry["coupon_id"]
    carry["shipping_method"] = method
    carry["order"] = order
    carry["discount"] = order["discount"]
    carry["order_value"] = order["total"]
    # Checkout Started has `value` in place of `total`, and no `subtotal` (spec).
    carry["checkout"] = {key: order[key] for key in order if key not in ("total", "subtotal")} | {
        "value": order["total"]
    }


EFFECTS = {
    effect.__name__: effect
    for effect in (enter_coupon, deny_coupon, start_checkout, next_step, complete_order, recall_order, refund_order)
}
"""Every effect by the name journeys use."""
