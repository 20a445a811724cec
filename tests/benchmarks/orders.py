"""The realistic message that rows 3, 4, 5 and 5b are measured with: a phone's order, 1.9 KB, its event 1.6 KB."""

from __future__ import annotations

from typing import Any


def order(number: int) -> dict[str, Any]:
    """Make one track as a destination gets it; only values differ from one to the next."""
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": f"ajs-next-1772442930120-{number:032d}",
        "anonymousId": f"0f6bd2a7-61ce-4e0e-a3b8-{number:012d}",
        "userId": f"cust-{number}",
        "timestamp": f"2026-03-02T09:15:{number % 60:02d}.120Z",
        "sentAt": "2026-03-02T09:16:02.120Z",
        "integrations": {"All": True},
        "properties": {
            "order_id": f"o-{number}",
            "checkout_id": "fksdjfsdjfisjf9sdfjsd9f",
            "affiliation": "Google Store",
            "subtotal": 22.5 + number,
            "total": 27.5 + number,
            "revenue": 25.5 + number,
            "shipping": 3,
            "tax": 2,
            "discount": 2.5,
            "coupon": "hasbros",
            "currency": "USD",
            "products": [
                {
                    "product_id": "507f1f77bcf86cd799439011",
                    "sku": "45790-32",
                    "name": "Monopoly: 3rd Edition",
                    "price": 19,
                    "quantity": 1,
                    "category": "Games",
                    "url": "https://www.example.com/product/path",
                    "image_url": "https://www.example.com/product/path.jpg",
                },
                {
                    "product_id": "505bd76785ebb509fc183733",
                    "sku": "46493-32",
                    "name": "Uno Card Game",
                    "price": 3,
                    "quantity": 2,
                    "category": "Games",
                },
            ],
        },
        "context": {
            "campaign": {
                "name": "TPS Innovation Newsletter",
                "source": "Newsletter",
                "medium": "email",
                "term": "tps reports",
                "content": "image link",
            },
            "device": {
                "id": f"B5372DB0-C21E-11E4-8DFC-{number:012d}",
                "advertisingId": "7A3CBEA0-BDF5-11E4-8DFC-AA07A5B093DB",
                "adTrackingEnabled": True,
                "manufacturer": "Apple",
                "model": "iPhone7,2",
                "name": "maguro",
                "type": "ios",
                "token": "ff15bc0c20c4aa6cd50854ff165fd265c838e5405bfeb9571066395b8c9da449",
            },
            "location": {
                "city": "San Francisco",
                "country": "United States",
                "latitude": 40.2964197,
                "longitude": -76.9411617,
                "region": "CA",
            },
            "traits": {
                "email": f"p{number}@example.com",
                "plan": "premium",
                "firstName": "Peter",
                "lastName": "Gibbons",
                "logins": 5,
            },
            "library": {"name": "analytics.js", "version": "2.11.1"},
            "locale": "en-US",
            "timezone": "Europe/Amsterdam",
            "ip": "8.8.8.8",
            "page": {
                "path": "/academy/",
                "referrer": "",
                "search": "",
                "title": "Analytics Academy",
                "url": "https://segment.com/academy/",
            },
            "userAgent": "Mozilla/5.0 (iPhone; CPU iPhone OS 9_1 like Mac OS X) AppleWebKit/601.1.46 (KHTML)",
        },
    }
