"""A stand-in for a SellerCenter marketplace, to try and test a seller's software.

It serves the classic Action API and REST v2 on the same state and enforces the rules of
a real one: signatures, access tokens, timestamps, document formats, field validation,
feeds processed in the background, pictures that it downloads itself.
State is held in memory and lost when the process ends.
"""

from .core.sandbox import Sandbox
from .core.server import SandboxServer
from .core.snapshot import Snapshot

__all__ = ["Sandbox", "SandboxServer", "Snapshot"]
