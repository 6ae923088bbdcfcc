"""A name (bundled, directory, hub id) becomes a model that an engine can load."""

from mtalign.models.find import find_model
from mtalign.models.model import Model

__all__ = ["Model", "find_model"]
