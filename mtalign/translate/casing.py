"""Capitals of a form, as the place it is written in asks for them."""

from __future__ import annotations

from mtalign.records import TermMatch
from mtalign.translate.check import FindForms


def in_place(form: str, match: TermMatch, at_start: bool, find_forms: FindForms) -> str:
    """A form as it is written where it stands, within the case policy of its term.

    In capitals where the source term is in capitals and the form is not listed so; with a capital
    where it begins the hypothesis. A form that its policy would then no longer accept stays as it
    is listed.

    :param at_start: whether the form begins the hypothesis
    """
    if _shouted(match.surface) and not _shouted(form):
        wanted = form.upper()
    elif at_start:
        wanted = form[:1].upper() + form[1:]
    else:
        return form
    # Amid small letters, where no policy excuses capitals that are not listed.
    amid = f"a {wanted} a"
    return wanted if (2, 2 + len(wanted)) in find_forms(amid, match) else form


def _shouted(text: str) -> bool:
    """All capitals, and more than an acronym: several words, or one of five letters and more."""
    letters = [letter for letter in text if letter.isalpha()]
    return text.isupper() and (len(letters) > 4 or " " in text.strip())
