"""A file in any format to a Document, and back with its translation in the same format."""
