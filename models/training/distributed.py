"""One process or many: what `torchrun` started, as one team.

torchrun tells each process its rank through the environment. All must see the same files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

import torch
from timm.layers.norm_act import convert_sync_batchnorm
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from models.encoder import pick_device

PATIENCE = timedelta(days=2)
"""How long ranks wait for the first while it renders, embeds or measures."""


@dataclass(frozen=True, slots=True)
class Team:
    """The processes that train together."""

    rank: int
    ranks: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process is the one that writes and speaks."""
        return self.rank == 0

    def wrap(self, learner: nn.Module) -> nn.Module:
        """The learner, its gradients averaged over the team."""
        if self.ranks == 1:
            return learner
        if self.device.type == "cuda":
            learner = synchronised(learner)
        return DistributedDataParallel(learner)

    def alone(self, model: nn.Module) -> AbstractContextManager[None]:
        """Within it, gradients are not averaged: more parts of the batch follow."""
        if isinstance(model, DistributedDataParallel):
            return model.no_sync()
        return nullcontext()

    def mean(self, values: torch.Tensor) -> torch.Tensor:
        """The mean of each value over the team."""
        if self.ranks > 1:
            distributed.all_reduce(values)
        return values / self.ranks

    def wait(self) -> None:
        """Until all are here."""
        if self.ranks > 1:
            distributed.barrier()

    @contextmanager
    def leader_first(self) -> Iterator[None]:
        """The leader does what is within it before the others do, and finds it done."""
        if not self.leads:
            self.wait()
        yield
        if self.leads:
            self.wait()


def synchronised(learner: nn.Module) -> nn.Module:
    """The learner, its batch norms with one mean for the whole team.

    torch's own conversion would drop the activations that timm's norms carry.
    """
    converted: nn.Module = convert_sync_batchnorm(learner)  # type: ignore[no-untyped-call]
    return converted


@contextmanager
def joined() -> Iterator[Team]:
    """The team of this process, or one of its own where torchrun did not start it."""
    ranks = int(os.environ.get("WORLD_SIZE", "1"))
    if ranks == 1:
        yield Team(0, 1, torch.device(pick_device()))
        return
    device = torch.device("cpu")
    if torch.cuda.is_available():
        device = torch.device("cuda", int(os.environ["LOCAL_RANK"]))
        torch.cuda.set_device(device)
    distributed.init_process_group("nccl" if device.type == "cuda" else "gloo", timeout=PATIENCE)
    try:
        yield Team(distributed.get_rank(), ranks, device)
    finally:
        distributed.destroy_process_group()
