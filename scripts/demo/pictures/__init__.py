"""Illustrated products of the demo catalogue, drawn with Pillow."""
