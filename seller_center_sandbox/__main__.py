"""Command line: serve a sandbox until it is interrupted."""

import argparse
import logging
import signal
import sys
import threading

from . import Sandbox, SandboxServer
from .core import const


def main(arguments=None):
    """Serve a sandbox until SIGINT or SIGTERM.

    :param arguments: command line, without the program's name.
    :return: exit status.
    """
    options = _parser().parse_args(arguments)
    logging.basicConfig(
        level=logging.INFO if options.verbose else logging.ERROR,
        format="%(asctime)s %(message)s",
    )
    sandbox = Sandbox(
        user_id=options.user_id,
        api_key=options.api_key,
        application_id=options.application_id,
        application_secret=options.application_secret,
        processing_delay=options.processing_delay,
        taxonomy_size=options.taxonomy_size,
    )
    try:
        server = SandboxServer(sandbox, options.host, options.port)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    _serve(server)
    return 0


def _serve(server):
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with server:
        print(f"Seller Center sandbox on {server.url}", flush=True)
        stop.wait()


def _parser():
    parser = argparse.ArgumentParser(
        prog="python -m seller_center_sandbox",
        description="A stand-in for a SellerCenter marketplace, on this machine only.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--host", default=const.DEFAULT_HOST, help="loopback address to listen on")
    add("--port", type=int, default=const.DEFAULT_PORT, help="0 for any free port")
    add(
        "--processing-delay",
        type=float,
        default=1.0,
        metavar="SECONDS",
        help="time from accepting a feed to its result",
    )
    add("--user-id", default=const.DEFAULT_USER_ID, help="the seller's user")
    add("--api-key", default=const.DEFAULT_API_KEY, help="that user's key")
    add(
        "--application-id",
        default=const.DEFAULT_APPLICATION_ID,
        help="that user's OAuth application",
    )
    add(
        "--application-secret",
        default=const.DEFAULT_APPLICATION_SECRET,
        help="its secret",
    )
    add(
        "--taxonomy-size",
        type=int,
        default=0,
        metavar="CATEGORIES",
        help="make the taxonomy this large, with a hundred options for each category",
    )
    add("--verbose", action="store_true", help="print each request")
    return parser


if __name__ == "__main__":
    sys.exit(main())
