"""The bundled model, loaded once."""

import pytest

from mtalign.models import find_model
from mtalign.segment import soft_split
from mtalign.translate import TranslateSettings, Translator, open_engine


@pytest.fixture(scope="session")
def engine():
    """The bundled it-en model in the CTranslate2 engine."""
    return open_engine(find_model(None, "it", "en"), "en", TranslateSettings(threads=1))


@pytest.fixture
def translator(engine) -> Translator:
    """A translator without terms and without a cache."""
    return Translator(engine=engine, signed={"test": 1}, cut=soft_split, max_pieces=192)
