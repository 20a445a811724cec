"""The example project passes as it stands and fails for each of ten planted mistakes, with field, rule and mend."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SHOP = Path(__file__).parents[2] / "examples" / "shop"

MISTAKES = [
    # (name, text in shop/tracking.py, its replacement, what the failure must say)
    ("a required property forgotten", '            "order_id": order["id"],\n', "",
     ["schema_required", "/properties/order_id", "'order_id' is missing", "mend"]),
    ("a number sent as text", 'order["total"]', 'str(order["total"])',
     ["schema_type", "/properties/revenue", "must be number", "mend"]),
    ("a value out of the list", '"EUR"', '"eur"', ["schema_enum", "/properties/currency", '"CHF"', "mend"]),
    ("an event misspelt", '"Order Completed"', '"Order completed"',
     ["unplanned_event", "/event", 'did you mean "Order Completed"?']),
    ("a property nobody planned", '"sku": sku, "price": price}', '"sku": sku, "price": price, "colour": "blue"}',
     ["schema_unexpected", "/properties/colour", "'colour' is not expected here", "mend"]),
    ("a wrong type inside an array", '"price": line["price"]}', '"price": str(line["price"])}',
     ["schema_type", "/properties/products/0/price", "must be number", "mend"]),
    ("an email that is none", '"email": email', '"email": email.replace("@", " at ")',
     ["schema_format", "/traits/email", "must be in the format email", "mend"]),
    ("a placeholder as user id", "identify(user_id=user,", 'identify(user_id="undefined",',
     ["blocked_id", "/userId", "placeholder", "mend"]),
    ("a clock that is ahead", "timestamp=at)", "timestamp=at.replace(year=at.year + 1))",
     ["future_time", "/eventTime", "in the future", "check the sender's clock"]),
    ("an identify without the anonymous id", "identify(user_id=user, anonymous_id=visitor,", "identify(user_id=user,",
     ["no 'Product Viewed' as wanted", "actor: anon:visitor-1, wanted user:customer-1", "repeat: pytest"]),
]  # fmt: skip


def _run(folder):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def shop(tmp_path):
    """A copy of the example that may be broken."""
    return Path(shutil.copytree(SHOP, tmp_path / "shop", ignore=shutil.ignore_patterns("__pycache__")))


def test_the_readme_shows_the_examples_own_workflow():
    """The steps in the README are those of the workflow file, to the letter."""
    shown = re.findall(r"^```yaml\n(.*?)^```$", (SHOP.parents[2] / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    assert any(steps in (SHOP / ".github/workflows/contracts.yml").read_text() for steps in shown)


@pytest.mark.slow
def test_the_example_passes_as_it_stands(shop):
    """Its tests and its golden fixture pass."""
    result = _run(shop)
    assert result.returncode == 0, result.stdout
    assert "2 passed" in result.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("old", "new", "said"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_planted_mistake_fails_with_field_rule_and_mend(shop, old, new, said):
    """The failure names what is wrong, where, and how to mend it."""
    path = shop / "shop" / "tracking.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    result = _run(shop)
    assert result.returncode == 1, result.stdout
    assert [part for part in said if part not in result.stdout] == [], result.stdout
