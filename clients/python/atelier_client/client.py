"""The client."""

from __future__ import annotations

from .assistant import Assistant
from .credits import Credits
from .files import Files
from .jobs import Jobs
from .projects import Projects
from .tools import Tools
from .transport import Transport
from .user import User
from .webhooks import Webhooks

DEFAULT_BASE_URL = "http://127.0.0.1:8000/v1"


class CRAudioViz:
    """The craudioviz API of an Atelier server. Threads may share one.

    ``timeout`` is how many seconds the server may be silent, ``retries`` how often a request is sent again, and
    ``max_wait`` the longest time in seconds that is waited for that: a server that asks for more raises RateLimitError.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str = DEFAULT_BASE_URL,
        *,
        timeout: float = 60.0,
        retries: int = 3,
        max_wait: float = 60.0,
    ) -> None:
        transport = Transport(api_key, base_url, timeout, retries, max_wait)
        self.assistant = Assistant(transport)
        self.credits = Credits(transport)
        self.files = Files(transport)
        self.jobs = Jobs(transport)
        self.projects = Projects(transport)
        self.tools = Tools(transport)
        self.user = User(transport)
        self.webhooks = Webhooks(transport)
