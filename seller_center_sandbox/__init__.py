"""A stand-in for a SellerCenter marketplace, for trying and testing a seller's side.

It speaks the classic Action API and REST v2 on the same state, and keeps the rules a
seller's program has to keep: signatures, access tokens, time stamps, document formats,
field rules, feeds processed in the background, pictures it fetches itself.
State lives in memory and ends with the process.
"""

from .core.sandbox import Sandbox
from .core.server import SandboxServer

__all__ = ["Sandbox", "SandboxServer"]
