"""The lean network against transformers, its hand-written gradients against automatic ones."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from mtalign.train.collate import collate  # noqa: E402
from mtalign.train.layout import SIZES, Shape, layout  # noqa: E402
from mtalign.train.loss import embed, output_loss  # noqa: E402
from mtalign.train.network import Network  # noqa: E402
from mtalign.train.optimizers import Adam, Muon, shared_zeros  # noqa: E402
from mtalign.train.weights import draw_weights  # noqa: E402

SHAPE = Shape(51, 32, 64, 4, 3, 2)


def drawn(shape: Shape = SHAPE):
    weights = draw_weights(shape, 3)
    # Norms and biases that do something.
    noise = torch.randn(len(weights), generator=torch.Generator().manual_seed(4)) * 0.1
    span = layout(shape).blocks["embedding"]
    pad = slice(span.stop - shape.width, span.stop)
    noise[pad] = 0
    return weights + noise


def ids(*rows: list[int]) -> list[np.ndarray]:
    return [np.array(row, dtype=np.uint16) for row in rows]


SOURCES, TARGETS = ids([3, 4, 5, 6, 7], [8, 9]), ids([10, 11], [12, 13, 14, 15])


def test_every_weight_has_one_place() -> None:
    for size in SIZES.values():
        plan = layout(Shape(101, *size))
        for spans in (plan.tensors.values(), plan.blocks.values()):
            edges = sorted((span.start, span.stop) for span in spans)
            assert [start for start, _ in edges] == [0, *(stop for _, stop in edges[:-1])]
            assert edges[-1][1] == plan.total
        hidden = [span for span in plan.tensors.values() if span.start < plan.matrices]
        assert all(len(span.shape) == 2 and 101 not in span.shape for span in hidden)


def test_targets_are_fed_one_step_late() -> None:
    batch = collate(SOURCES, TARGETS, pad=50)
    assert batch.source.tolist() == [
        [3, 4, 5, 6, 7, 0, 50, 50],
        [8, 9, 0, 50, 50, 50, 50, 50],
    ]
    assert batch.target_out[:, :5].tolist() == [[10, 11, 0, 50, 50], [12, 13, 14, 15, 0]]
    assert batch.target_in[:, :5].tolist() == [[50, 10, 11, 50, 50], [50, 12, 13, 14, 15]]


def test_the_guide_follows_the_lexicon_and_ties_the_ends() -> None:
    lexicon = np.full((50, 50), 1e-4, dtype=np.float16)
    lexicon[10, 7] = lexicon[12, 9] = 0.9
    batch = collate(SOURCES, TARGETS, 50, torch.from_numpy(lexicon).view(-1))
    guide = batch.guide
    assert guide.shape == (2, 8, 8)
    assert guide[0, 0].argmax() == 4
    assert guide[1, 0].argmax() == 1
    assert guide[0, 2].tolist() == [0, 0, 0, 0, 0, 1, 0, 0]
    assert guide[1, 4].tolist() == [0, 0, 1, 0, 0, 0, 0, 0]
    assert guide[0, 3:].sum() == 0
    torch.testing.assert_close(guide[0, :3].sum(-1), torch.ones(3))
    assert guide[1, :, 3:].sum() == 0


def test_states_are_those_of_transformers(tmp_path: Path) -> None:
    transformers = pytest.importorskip("transformers")
    from mtalign.train.export import marian_config

    config = transformers.MarianConfig(**marian_config(SHAPE), attn_implementation="eager")
    model = transformers.MarianMTModel(config).float().eval()
    weights, state = drawn(), model.state_dict()
    for name, span in layout(SHAPE).tensors.items():
        state[name].copy_(weights[span.start : span.stop].view(span.shape))
    model.load_state_dict(state)
    model.tie_weights()
    batch = collate(SOURCES, TARGETS, SHAPE.pad)
    network = Network(SHAPE, weights)
    with torch.no_grad():
        states, attention = network.hidden(batch)
        ours = states @ network.leaves["embedding"].t()
        theirs = model(
            input_ids=batch.source,
            attention_mask=(batch.source != SHAPE.pad).long(),
            decoder_input_ids=batch.target_in,
            output_attentions=True,
        )
    real = batch.target_out != SHAPE.pad
    torch.testing.assert_close(ours[real], theirs.logits[real], atol=2e-5, rtol=1e-4)
    taught = theirs.cross_attentions[-1][:, 0]
    torch.testing.assert_close(attention[real], taught[real], atol=2e-6, rtol=1e-4)


def test_padding_changes_nothing() -> None:
    network = Network(SHAPE, drawn())
    with torch.no_grad():
        both, _ = network.hidden(collate(SOURCES, TARGETS, SHAPE.pad))
        alone, _ = network.hidden(collate(SOURCES[1:], TARGETS[1:], SHAPE.pad))
    torch.testing.assert_close(both[1, :5], alone[0, :5], atol=1e-5, rtol=1e-4)


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_the_gradient_of_the_loss_is_the_true_one(smoothing: float) -> None:
    random = torch.Generator().manual_seed(1)
    states = torch.randn(70, 32, generator=random, requires_grad=True)
    table = torch.randn(51, 32, generator=random, requires_grad=True)
    wanted = torch.randint(0, 50, (70,), generator=random)
    reported = output_loss(states, table, wanted, smoothing, 0.25)
    ours = torch.autograd.grad(reported, (states, table))
    logits = states @ table[:-1].t()
    plain = torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")
    torch.testing.assert_close(reported, plain)
    smooth = torch.nn.functional.cross_entropy(
        logits, wanted, reduction="sum", label_smoothing=smoothing
    )
    theirs = torch.autograd.grad(smooth * 0.25, (states, table))
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine, other, atol=1e-5, rtol=1e-4)


def test_the_padding_row_learns_nothing() -> None:
    table = torch.randn(51, 32, requires_grad=True)
    source, target = torch.tensor([[1, 50, 1]]), torch.tensor([[50, 2]])
    left, right = embed(source, target, table, 50)
    grad = torch.autograd.grad(left.sum() + 2 * right.sum(), table)[0]
    assert grad[1].eq(2).all()
    assert grad[2].eq(2).all()
    assert grad[50].eq(0).all()


def test_adam_is_torchs() -> None:
    random = torch.Generator().manual_seed(1)
    start = torch.randn(101, generator=random)
    theirs = torch.nn.Parameter(start.clone())
    peer = torch.optim.AdamW([theirs], betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0)
    ours = start.clone()
    adam = Adam(ours)
    for number in range(1, 6):
        grad = torch.randn(101, generator=random)
        for group in peer.param_groups:
            group["lr"] = 0.01 * number
        theirs.grad = grad.clone()
        peer.step()
        for part in range(3):
            adam.step(grad, 0.01 * number, number, part, 3)
    torch.testing.assert_close(ours, theirs.detach(), atol=1e-6, rtol=1e-5)


def test_muon_moves_matrices_evenly_in_every_direction() -> None:
    plan = layout(SHAPE)
    weights = shared_zeros(plan.total)
    grad = torch.randn(plan.total, generator=torch.Generator().manual_seed(1))
    Muon(weights, plan).step(grad, 1.0, 1)
    for span in plan.tensors.values():
        if span.start < plan.matrices:
            update = weights[span.start : span.stop].view(span.shape)
            values = torch.linalg.svdvals(update) / (0.2 * max(span.shape) ** 0.5)
            # Jordan's coefficients bring singular values near one, but for those near zero.
            assert 0.6 < values.median() < values.max() < 1.3


def test_the_optimizer_is_the_same_shared_out() -> None:
    plan = layout(SHAPE)
    grad = torch.randn(plan.total, generator=torch.Generator().manual_seed(1))
    whole, shared = shared_zeros(plan.total), shared_zeros(plan.total)
    one, two = Muon(whole, plan), Muon(shared, plan)
    for number in (1, 2):
        one.step(grad, 0.1, number)
        for part in (1, 0):
            two.step(grad, 0.1, number, part, 2)
    torch.testing.assert_close(whole, shared, atol=1e-4, rtol=1e-2)
    state = one.state()
    again = Muon(shared_zeros(plan.total), plan)
    again.load(state)
    assert torch.equal(again.momentum, one.momentum)
    assert torch.equal(again.rest.second, one.rest.second)
