"""Products, pictures, feeds and the taxonomy, whatever API they come through."""
