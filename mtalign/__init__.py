"""Machine translation with enforced terminology, and cross-lingual alignment."""

from mtalign.version import __version__

__all__ = ["__version__"]
