"""The classic Action API: a user ID, an API key and one signed URL."""
