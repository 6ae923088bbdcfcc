"""Lexically constrained beam search on transformers, the peer that benchmarks/terms.py measures.

Dynamic beam allocation (Post & Vilar 2018, "Fast Lexically Constrained Decoding with Dynamic Beam
Allocation for Neural Machine Translation"): one beam for all, its places shared out among banks of
hypotheses that have met equally many constraint tokens. Transformers v5 has no such search of its
own any more. Without constraints it is plain beam search, so that its cost has a fair measure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Constraint = tuple[int, ...]


@dataclass(frozen=True)
class State:
    """How far a hypothesis is with its constraints.

    :ivar met: which constraints are written out
    :ivar current: the one being written, or -1, and how many of its tokens are there
    """

    met: tuple[bool, ...]
    current: int = -1
    done: int = 0

    def count(self, constraints: Sequence[Constraint]) -> int:
        whole = sum(len(c) for c, met in zip(constraints, self.met, strict=True) if met)
        return whole + self.done

    def wanted(self, constraints: Sequence[Constraint]) -> list[int]:
        """Tokens that would go on with the current constraint, or begin one that is not met."""
        if self.current >= 0:
            return [constraints[self.current][self.done]]
        return sorted({c[0] for c, met in zip(constraints, self.met, strict=True) if not met})

    def step(self, token: int, constraints: Sequence[Constraint]) -> State:
        """After one more token; a constraint broken off counts for nothing."""
        if self.current >= 0 and constraints[self.current][self.done] == token:
            return self._advance(self.current, self.done + 1, constraints)
        for number, constraint in enumerate(constraints):
            if not self.met[number] and constraint[0] == token:
                return State(self.met)._advance(number, 1, constraints)
        return State(self.met)

    def _advance(self, number: int, done: int, constraints: Sequence[Constraint]) -> State:
        if done < len(constraints[number]):
            return State(self.met, number, done)
        return State(tuple(met or at == number for at, met in enumerate(self.met)))


@dataclass(frozen=True)
class Candidate:
    row: int
    token: int
    total: float
    state: State


class GridBeam:
    """A MarianMTModel and its constrained beam search, one segment at a time."""

    def __init__(self, path: Any, names: dict[str, int], beam: int) -> None:
        import torch
        from transformers import MarianMTModel

        torch.set_num_threads(1)
        self._torch = torch
        self._model = MarianMTModel.from_pretrained(path).float().eval()
        config = self._model.config
        self._eos, self._start = config.eos_token_id, config.decoder_start_token_id
        self._banned = [config.pad_token_id, names["<unk>"]]
        self.beam = beam

    def decode(self, source: Sequence[int], constraints: Sequence[Constraint]) -> list[int]:
        """Token ids of the best hypothesis that meets every constraint, end left out."""
        from transformers.modeling_outputs import BaseModelOutput

        torch = self._torch
        limit = min(3 * len(source) + 16, self._model.config.max_position_embeddings - 1)
        with torch.inference_mode():
            encoded = self._model.get_encoder()(torch.tensor([source]))[0]
            outputs = BaseModelOutput(encoded)
            tokens: list[list[int]] = [[]]
            states = [State((False,) * len(constraints))]
            totals, cache, finished = [0.0], None, []
            for _ in range(limit):
                last = [[row[-1] if row else self._start] for row in tokens]
                if outputs[0].shape[0] != len(tokens):
                    outputs = BaseModelOutput(encoded.expand(len(tokens), -1, -1))
                out = self._model(
                    encoder_outputs=outputs,
                    decoder_input_ids=torch.tensor(last),
                    past_key_values=cache,
                    use_cache=True,
                )
                chosen = self._choose(out.logits[:, -1], totals, states, constraints)
                going = []
                for one in chosen:
                    if one.token == self._eos:
                        row = tokens[one.row]
                        finished.append((one.total / (len(row) + 1), row))
                    else:
                        going.append(one)
                if len(finished) >= self.beam or not going:
                    break
                cache = out.past_key_values
                cache.reorder_cache(torch.tensor([one.row for one in going]))
                tokens = [[*tokens[one.row], one.token] for one in going]
                states = [one.state for one in going]
                totals = [one.total for one in going]
        if finished:
            return max(finished)[1]
        best = max(range(len(tokens)), key=lambda i: (states[i].count(constraints), totals[i]))
        return tokens[best]

    def _choose(
        self,
        logits: Any,
        totals: Sequence[float],
        states: Sequence[State],
        constraints: Sequence[Constraint],
    ) -> list[Candidate]:
        torch = self._torch
        logits[:, self._banned] = float("-inf")
        scores = logits.log_softmax(-1) + torch.tensor(totals)[:, None]
        for row, state in enumerate(states):
            if not all(state.met):
                scores[row, self._eos] = float("-inf")
        width = scores.shape[1]
        best = scores.flatten().topk(self.beam).indices.tolist()
        pairs = {divmod(place, width) for place in best}
        if constraints:
            pairs |= set(enumerate(scores.argmax(-1).tolist()))
            pairs |= {(r, t) for r, s in enumerate(states) for t in s.wanted(constraints)}
        candidates = [
            Candidate(row, token, float(scores[row, token]), states[row].step(token, constraints))
            for row, token in sorted(pairs)
        ]
        return allocate(candidates, constraints, self.beam)


def allocate(
    candidates: Sequence[Candidate], constraints: Sequence[Constraint], beam: int
) -> list[Candidate]:
    """Share the beam among the banks; places that a bank cannot fill go to its neighbours."""
    tokens = sum(map(len, constraints))
    banks: dict[int, list[Candidate]] = {number: [] for number in range(tokens + 1)}
    for one in sorted(candidates, key=lambda one: -one.total):
        banks[one.state.count(constraints)].append(one)
    places = dict.fromkeys(banks, beam // (tokens + 1))
    places[tokens] += beam - sum(places.values())
    spare = 0
    for number, bank in banks.items():
        extra = max(0, places[number] - len(bank))
        places[number] -= extra
        spare += extra
    for number in sorted(banks, reverse=True):
        taken = min(spare, len(banks[number]) - places[number])
        places[number] += taken
        spare -= taken
    kept = [one for number, bank in banks.items() for one in bank[: places[number]]]
    return sorted(kept, key=lambda one: -one.total)
