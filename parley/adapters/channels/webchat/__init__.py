"""Web chat, the visitor's side: what `widget.js` talks to.

In reading order: `settings` (what an administrator decides), `entries` and `origins` (which page may
talk to us), `tokens` and `identity` (who is talking), `limits` (how much), `visits` (a visitor comes),
`actions` (a visitor does something), `socket` and `routes` (the wire), `ports` (what `main` gives).
"""

from parley.adapters.channels.webchat.chat import Chat
from parley.adapters.channels.webchat.limits import Limits
from parley.adapters.channels.webchat.opening import entry_state
from parley.adapters.channels.webchat.outbound import Pushed
from parley.adapters.channels.webchat.ports import Ports
from parley.adapters.channels.webchat.routes import chat_routes
from parley.adapters.channels.webchat.settings import EntryPointSettings as Settings

__all__ = ["Chat", "Limits", "Ports", "Pushed", "Settings", "chat_routes", "entry_state"]
