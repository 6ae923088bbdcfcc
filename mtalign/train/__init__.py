"""Bitext in, Marian model out."""
