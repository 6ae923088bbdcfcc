"""What one language needs to know about its full stops, read from ``languages/CODE.txt``.

A line is ``key: words``; a key may come again. The keys:

- ``alias``: other codes of the language (ISO 639-2, 639-3)
- ``never``: abbreviations that never end a sentence ("dott.")
- ``number``: ordinary words that are abbreviations before a number ("No. 5")
- ``tail``: abbreviations that end a sentence only before a starter ("S.p.A. Il")
- ``starter``: words that, capitalised after an abbreviation, begin a sentence
- ``particle``: starters that are also part of surnames ("G. La Pira"), so not after an initial
- ``stop``: further characters that end a sentence, as "?" does
- ``vowel``: further letters that carry a syllable; a short word without vowels is taken for an
  abbreviation
- ``ordinal``: ``yes`` where a number with a full stop is an ordinal ("2. Mai")
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from mtalign.errors import MtalignError

_LANGUAGES = Path(__file__).parent / "languages"
_EVERY = "und"
_KEYS = frozenset(
    ("alias", "never", "number", "tail", "starter", "particle", "stop", "vowel", "ordinal")
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The words of one language, in lower case and without the last full stop.

    :ivar never: never end a sentence
    :ivar number: do not end one before a number
    :ivar tail: end one before a starter only
    :ivar starter: begin a sentence after an abbreviation
    :ivar particle: begin one after an abbreviation, but not after an initial
    :ivar stop: characters that end a sentence in this language alone
    :ivar vowel: letters that count as vowels in this language alone
    :ivar ordinal: "2." before a capital is an ordinal
    """

    never: frozenset[str] = frozenset()
    number: frozenset[str] = frozenset()
    tail: frozenset[str] = frozenset()
    starter: frozenset[str] = frozenset()
    particle: frozenset[str] = frozenset()
    stop: frozenset[str] = frozenset()
    vowel: frozenset[str] = frozenset()
    ordinal: bool = False


@lru_cache(maxsize=256)
def rules_for(lang: str) -> Rules:
    """Rules of a language; those for every language where there is no file of its own.

    :param lang: ISO 639 code, of two or three letters, region and script ignored

    >>> "dott" in rules_for("it").never, rules_for("ita_Latn") == rules_for("it")
    (True, True)
    >>> rules_for("tlh") == rules_for("")
    True
    """
    code = lang.replace("_", "-").split("-")[0].lower()
    every = _read(_LANGUAGES / f"{_EVERY}.txt")
    path = _files().get(code)
    own = _read(path) if path else {}

    def words(key: str) -> frozenset[str]:
        return frozenset(own.get(key, set()) | every.get(key, set()))

    return Rules(
        never=words("never") - frozenset(own.get("tail", ())),
        number=words("number"),
        tail=words("tail") - frozenset(own.get("never", ())),
        starter=words("starter"),
        particle=words("particle"),
        stop=words("stop"),
        vowel=words("vowel"),
        ordinal=bool(words("ordinal")),
    )


def languages() -> list[str]:
    """ISO 639-1 codes that have a file of their own, in order."""
    return sorted(path.stem for path in _LANGUAGES.glob("*.txt") if path.stem != _EVERY)


@lru_cache(maxsize=1)
def _files() -> dict[str, Path]:
    paths = {code: _LANGUAGES / f"{code}.txt" for code in languages()}
    for path in list(paths.values()):
        paths.update(dict.fromkeys(_read(path).get("alias", ()), path))
    return paths


@lru_cache(maxsize=64)
def _read(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        key, colon, rest = line.partition(": ")
        if not colon or key not in _KEYS:
            todo = f"Begin the line with one of: {', '.join(sorted(_KEYS))}, a colon and a space."
            raise MtalignError(f'unknown key "{key}"', where=path, line=number, todo=todo)
        found.setdefault(key, set()).update(rest.lower().split())
    return found
