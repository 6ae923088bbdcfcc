"""A sentencepiece vocabulary shared by source and target, from which no character can be lost."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from mtalign.errors import MtalignError

END, UNKNOWN, PAD = "</s>", "<unk>", "<pad>"

# Symbols that documents and termbases hold and parliament's minutes lack.
REQUIRED = (
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿÀÁÈÉÌÍÒÓÙÚÇÑÖÜÄÅŠŽšžčćß"
    "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~€£¥§°ºª«»‘’“”„…–—·•×÷±²³½¼µ©®™≤≥→−"
)
_BLANKS = "\t\n\r\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_UNSEEN = "\u00ad\u200b\ufeff"


def normalisation_rules() -> str:
    """Rules for sentencepiece: blanks made one, letters with combining marks composed (NFC)."""
    rules = dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_UNSEEN, "")
    for code in range(0xC0, 0x250):
        parts = unicodedata.normalize("NFD", chr(code))
        if len(parts) > 1 and unicodedata.normalize("NFC", parts) == chr(code):
            rules[parts] = chr(code)

    def codes(text: str) -> str:
        return " ".join(f"{ord(char):X}" for char in text)

    return "".join(f"{codes(old)}\t{codes(new)}\n" for old, new in rules.items())


def train_vocabulary(sentences: Iterable[str], out: Path, *, size: int, threads: int = 2) -> None:
    """Write ``out`` (.spm): unigram pieces (Kudo, 2018), </s> 0, <unk> 1, bytes as fallback.

    :param size: number of pieces, <pad> not counted; fewer where the text has not so many
    :raises MtalignError: the size is too small for bytes and characters
    """
    rules = out.with_suffix(".rules.tsv")
    rules.write_text(normalisation_rules(), encoding="utf-8")
    try:
        _train(sentences, out, size, threads, rules)
    except RuntimeError as error:
        raise MtalignError(
            f"no vocabulary of {size} pieces can be learnt: {error}",
            todo="Choose another --vocabulary; bytes and common characters alone take some 450.",
        ) from error
    finally:
        rules.unlink()


def _train(sentences: Iterable[str], out: Path, size: int, threads: int, rules: Path) -> None:
    import sentencepiece

    with out.open("wb") as stream:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(sentences),
            model_writer=stream,
            model_type="unigram",
            vocab_size=size,
            character_coverage=0.9998,
            byte_fallback=True,
            split_digits=True,
            normalization_rule_tsv=str(rules),
            required_chars=REQUIRED,
            num_threads=threads,
            max_sentence_length=4000,
            eos_id=0,
            unk_id=1,
            bos_id=-1,
            pad_id=-1,
            hard_vocab_limit=False,
            minloglevel=1,
        )


def vocabulary(spm: Path) -> dict[str, int]:
    """Piece to id, as in MarianTokenizer's ``vocab.json``: sentencepiece's ids, then <pad>."""
    import sentencepiece

    model = sentencepiece.SentencePieceProcessor(model_file=str(spm))
    table = {model.id_to_piece(number): number for number in range(model.get_piece_size())}
    table[PAD] = len(table)
    return table


def write_vocabulary(spm: Path, out: Path) -> None:
    out.write_text(json.dumps(vocabulary(spm), ensure_ascii=False), encoding="utf-8")
