"""Everything the shop tells Segment, in one place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from segment.analytics.client import Client


class Tracking:
    """Sends the shop's events through one Segment client.

    Args:
        client: Where to; tests give one that points at the simulator.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def product_viewed(self, visitor: str, sku: str, price: float) -> None:
        """A visitor looks at a product."""
        self._client.track(anonymous_id=visitor, event="Product Viewed", properties={"sku": sku, "price": price})

    def signed_up(self, visitor: str, user: str, email: str) -> None:
        """A visitor becomes a customer: the one call that joins the two ids."""
        self._client.identify(user_id=user, anonymous_id=visitor, traits={"email": email, "plan": "free"})

    def order_completed(self, user: str, order: dict[str, Any], at: datetime) -> None:
        """A customer has paid."""
        products = [{"sku": line["sku"], "price": line["price"]} for line in order["lines"]]
        properties = {
            "order_id": order["id"],
            "currency": "EUR",
            "revenue": order["total"],
            "products": products,
        }
        self._client.track(user_id=user, event="Order Completed", properties=properties, timestamp=at)
