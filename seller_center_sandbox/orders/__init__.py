"""Orders, shipping and documents, whatever API they are read through."""
