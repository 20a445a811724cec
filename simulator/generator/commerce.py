"""What a shop does to what a visitor carries: the product viewed is the one added.

Every function is an *effect*: a journey names it (``does = ["find_product"]``), it changes ``visit.carry``, and the
state's properties are then read from there. Orders and their sums are made in :mod:`simulator.generator.tills`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.generator.contexts import arrival
from simulator.generator.data import table
from simulator.generator.randomness import Table, between, one_of, token

if TYPE_CHECKING:
    from simulator.generator.visits import Visit

MAX_LINES = 6
"""More different things than this nobody puts into one cart; it also keeps events small."""


class Product(NamedTuple):
    """One thing for sale, with the properties of Segment's spec made once."""

    cents: int
    category: str
    properties: dict[str, Any]
    path: str


class Shop(NamedTuple):
    """The shop's tables, ready to draw from."""

    products: tuple[Product, ...]
    categories: tuple[str, ...]
    by_category: dict[str, tuple[Product, ...]]
    popularity: Table[Product]
    shipping: Table[tuple[str, int]]
    site: str


WHOLE_CURRENCIES = frozenset({"JPY"})
"""Currencies without cents: their smallest unit is the amount itself."""


def money(cents: int, currency: str = "USD") -> int | float:
    """Return an amount as JSON writes it: 1900 cents are ``19``, 1950 cents ``19.5``, 1950 yen ``1950``."""
    if currency in WHOLE_CURRENCIES:
        return cents
    whole, rest = divmod(cents, 100)
    return cents / 100 if rest else whole


def slug(text: str) -> str:
    """Return a name as it stands in an address."""
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text.lower()).split())


@cache
def shop(currency: str) -> Shop:
    """Return the shop of ``data/catalogue.toml``, with its prices in a currency."""
    data = table("catalogue")["shop"]
    products = []
    for number, (name, brand, category, cents, variants) in enumerate(data["products"]):
        for place, variant in enumerate(variants):
            path = f"/products/{slug(name)}-{slug(variant)}"
            properties = {
                "product_id": f"prd_{1000 + number * 10 + place}",
                "sku": f"{slug(name)[:3].upper()}-{slug(variant)[:3].upper()}-{number:02d}{place}",
                "category": category,
                "name": name,
                "brand": brand,
                "variant": variant,
                "price": money(cents, currency),
                "url": data["site"] + path,
                "image_url": f"{data['site']}/images/{slug(name)}-{slug(variant)}.jpg",
            }
            products.append(Product(cents, category, properties, path))
    categories = tuple(sorted({product.category for product in products}))
    by_category = {each: tuple(product for product in products if product.category == each) for each in categories}
    # A few products draw most of the interest, as in any shop.
    popularity = Table((product, 1 / (rank + 3)) for rank, product in enumerate(products))
    shipping = Table(
        [((name, cents), weight) for (name, cents), weight in zip(data["shipping"], (70, 20, 10), strict=True)]
    )
    return Shop(tuple(products), categories, by_category, popularity, shipping, data["site"])


def _show(visit: Visit, product: Product, position: int) -> None:
    carry = visit.carry
    carry["_product"] = product
    carry["product"] = product.properties
    carry["product_name"] = product.properties["name"]
    carry["product_id"] = product.properties["product_id"]
    carry["product_path"] = product.path
    carry["position"] = position
    carry["value"] = product.properties["price"]
    carry["currency"] = visit.person.place.currency


def browse_list(visit: Visit) -> None:
    """Open a category: its list, four to six of its products."""
    carry, rng, store = visit.carry, visit.rng, shop(visit.person.place.currency)
    category = one_of(rng, store.categories)
    some = store.by_category[category]
    first = int(rng.random() * len(some))
    shown = [some[(first + step) % len(some)] for step in range(min(len(some), between(rng, 4, 6)))]
    carry["_list"] = shown
    carry["category"] = category
    carry["list_id"] = f"list_{slug(category)}"
    _number(carry)


def filter_list(visit: Visit) -> None:
    """Narrow the list: by price, sorted by price."""
    if "_list" not in visit.carry:
        browse_list(visit)
    carry, rng = visit.carry, visit.rng
    wanted = _price_band(one_of(rng, carry["_list"]))
    order = one_of(rng, ("asc", "desc"))
    shown = [product for product in carry["_list"] if _price_band(product) == wanted]
    carry["_list"] = sorted(shown, key=lambda product: product.cents, reverse=order == "desc")
    carry["filters"] = [{"type": "price", "value": wanted}]
    carry["sorts"] = [{"type": "price", "value": order}]
    _number(carry)


def _price_band(product: Product) -> str:
    return "under-50" if product.cents < 5_000 else "50-100" if product.cents <= 10_000 else "over-100"


def _number(carry: dict[str, Any]) -> None:
    carry["list_products"] = [
        {**product.properties, "position": place} for place, product in enumerate(carry["_list"], start=1)
    ]


def search_products(visit: Visit) -> None:
    """Type something into the search field."""
    visit.carry["query"] = one_of(visit.rng, table("catalogue")["shop"]["searches"])


def click_product(visit: Visit) -> None:
    """Choose one product of the list shown."""
    shown = visit.carry.get("_list")
    if not shown:
        browse_list(visit)
        shown = visit.carry["_list"]
    place = int(visit.rng.random() * len(shown))
    _show(visit, shown[place], place + 1)


def find_product(visit: Visit) -> None:
    """Come to a product directly: from search, a link, a recommendation."""
    _show(visit, shop(visit.person.place.currency).popularity.draw(visit.rng), 1)


def see_promotion(visit: Visit) -> None:
    """See a promotion."""
    number, name, creative = one_of(visit.rng, table("catalogue")["shop"]["promotions"])
    visit.carry["promotion"] = {"promotion_id": number, "creative": creative, "name": name}


def add_to_cart(visit: Visit) -> None:
    """Put the product shown into the cart."""
    carry, rng = visit.carry, visit.rng
    if "_product" not in carry:
        find_product(visit)
    product: Product = carry["_product"]
    lines: list[list[Any]] = carry.setdefault("_cart", [])
    if not lines:
        carry["cart_id"] = f"cart_{token(rng, 12)}"
    quantity = 1 if rng.random() < 0.82 else 2
    for line in lines:
        if line[0] is product:
            line[1] += quantity
            break
    else:
        if len(lines) >= MAX_LINES:
            lines.pop(0)
        lines.append([product, quantity])
    carry["quantity"] = quantity


def remove_from_cart(visit: Visit) -> None:
    """Take one line out of the cart."""
    carry = visit.carry
    product, quantity = carry["_cart"].pop(int(visit.rng.random() * len(carry["_cart"])))
    _show(visit, product, 1)
    carry["quantity"] = quantity


def look_into_cart(visit: Visit) -> None:
    """Open the cart."""
    if not visit.carry.get("_cart"):
        add_to_cart(visit)
    carry = visit.carry
    carry["cart_products"] = [
        {**product.properties, "quantity": quantity, "position": place}
        for place, (product, quantity) in enumerate(carry["_cart"], start=1)
    ]


def open_wishlist(visit: Visit) -> None:
    """Have a wishlist."""
    visit.carry["wishlist_id"] = f"wl_{visit.person.number:06d}"


def send_mail(visit: Visit) -> None:
    """Send a mail: what becomes of it names the same id."""
    visit.carry["email_id"] = f"eml_{token(visit.rng, 10)}"


def follow_mail(visit: Visit) -> None:
    """Click the link of the mail: to a browser that is a new arrival, with the mail's campaign on the address."""
    visit.page = visit.context = None
    visit.arrival = arrival(table("campaigns")["cart_reminder"], visit.journey.home)


EFFECTS = {
    effect.__name__: effect
    for effect in (
        browse_list,
        filter_list,
        search_products,
        click_product,
        find_product,
        see_promotion,
        add_to_cart,
        remove_from_cart,
        look_into_cart,
        open_wishlist,
        send_mail,
        follow_mail,
    )
}
"""Every effect by the name journeys use."""
