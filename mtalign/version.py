"""The version number; see CONTRIBUTING.md for what it promises about data."""

__version__ = "0.1.0"
