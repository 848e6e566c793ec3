"""The control API for tests and the pages for people."""
