"""Every effect a journey can name, from the rooms that know them, and which effect provides what a state needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.generator import applife, commerce, media, tills, workspaces

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.generator.visits import Visit

EFFECTS: dict[str, Callable[[Visit], None]] = {
    **commerce.EFFECTS,
    **tills.EFFECTS,
    **media.EFFECTS,
    **workspaces.EFFECTS,
    **applife.EFFECTS,
}
"""Name to effect."""

PROVIDERS: dict[str, tuple[Callable[[Visit], None], ...]] = {
    "product": (commerce.find_product,),
    "product_id": (commerce.find_product,),
    "value": (commerce.find_product,),
    "position": (commerce.find_product,),
    "currency": (commerce.find_product,),
    "product_path": (commerce.find_product,),
    "product_name": (commerce.find_product,),
    "category": (commerce.browse_list,),
    "promotion": (commerce.see_promotion,),
    "query": (commerce.search_products,),
    "list_id": (commerce.browse_list,),
    "list_products": (commerce.browse_list,),
    "filters": (commerce.filter_list,),
    "sorts": (commerce.filter_list,),
    "cart_id": (commerce.add_to_cart,),
    "quantity": (commerce.add_to_cart,),
    "cart_products": (commerce.look_into_cart,),
    "checkout": (tills.start_checkout,),
    "checkout_id": (tills.start_checkout,),
    "order_id": (tills.start_checkout,),
    "step": (tills.start_checkout,),
    "shipping_method": (tills.start_checkout,),
    "payment_method": (tills.start_checkout,),
    "discount": (tills.start_checkout,),
    "coupon_id": (tills.enter_coupon,),
    "coupon_name": (tills.enter_coupon,),
    "coupon_reason": (tills.deny_coupon,),
    "order": (tills.start_checkout, tills.complete_order),
    "refund": (tills.refund_order,),
    "wishlist_id": (commerce.open_wishlist,),
    "email_id": (commerce.send_mail,),
    "username": (workspaces.describe_user,),
    "new_user": (workspaces.describe_user,),
    "account": (workspaces.open_account,),
    "account_name": (workspaces.open_account,),
    "trial": (workspaces.start_trial,),
    "invitation": (workspaces.invite,),
    "role": (workspaces.invite,),
    "plan": (workspaces.choose_plan,),
    "feature": (workspaces.work,),
    "board_id": (workspaces.work,),
    "video_path": (media.choose_video,),
    "video_title": (media.choose_video,),
    "session_id": (media.start_playback,),
    "ad": (media.start_playback,),
    "stream": (media.change_quality,),
    "thumb": (media.rate_video,),
    "playback": (media.start_playback,),
    "content": (media.start_playback,),
    "moment": (media.start_playback,),
    "build": (applife.open_app,),
    "from_background": (applife.open_app,),
    "attribution": (applife.attribute_install,),
    "previous": (applife.update_app,),
    "hike": (applife.hike,),
    "push": (applife.receive_push,),
    "deep_link": (applife.receive_push,),
    "trail": (applife.choose_trail,),
}
"""What a state reads to the effects that make it: how a scenario can begin anywhere in a journey."""


def provide(visit: Visit, keys: tuple[str, ...]) -> None:
    """Make what is missing of ``keys`` in the carried state, by the effects that provide it.

    Raises:
        KeyError: Nothing provides a key; a checked journey never asks for one.
    """
    for key in keys:
        if key not in visit.carry:
            for effect in PROVIDERS[key]:
                effect(visit)
