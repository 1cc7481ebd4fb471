"""The demo company's web shop: an ordinary site that includes the chat widget by one script tag.

It knows nothing of Parley but that tag and the entry point's secret, with which it signs who is
signed in; its pages are sent with a strict content policy, to show that the widget lives with one.
"""

from parley.demo.shop.routes import shop_routes

__all__ = ["shop_routes"]
