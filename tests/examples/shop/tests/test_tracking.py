"""What the shop tells Segment arrives at Pointillist as planned."""

from datetime import UTC, datetime

ORDER = {"id": "o-17", "total": 25.5, "lines": [{"sku": "mug", "price": 12.5}, {"sku": "pot", "price": 13}]}


def test_a_visit_that_ends_in_an_order(tracking, segment_source, fake_pointillist):
    """Every event keeps to the plan, and the anonymous past belongs to the customer."""
    tracking.product_viewed("visitor-1", "mug", 12.5)
    tracking.signed_up("visitor-1", "customer-1", "ada@example.com")
    tracking.order_completed("customer-1", ORDER, datetime.now(UTC))
    report = segment_source.assert_contract()
    assert report.coverage["events"]["never"] == []
    fake_pointillist.assert_event("Order Completed", numbers={"revenue": 25.5}, actor="user:customer-1")
    fake_pointillist.assert_event("Product Viewed", labels={"sku": "mug"}, actor="user:customer-1")
    fake_pointillist.assert_stitched("visitor-1", "customer-1")
