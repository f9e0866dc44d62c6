"""The loop, then `homing train`, with small presets, as torchrun starts them: LOOP PACK OUT.

One program for both: each process of a team needs seconds to import torch.
"""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

from models import train as command
from models.training.distributed import joined
from tests.models.test_train import tiny_preset
from tests.models.training.small_training import train

if __name__ == "__main__":
    loop, pack, out = sys.argv[1:]
    with joined() as team:
        train(Path(loop), team=team, save_every_s=0, accumulate=2)
        with (
            patch.dict(command.PRESETS, {"tiny": tiny_preset()}),
            patch("models.train.joined", lambda: nullcontext(team)),  # a process joins gloo once
        ):
            sys.exit(command.main(["--preset", "tiny", "--pack", pack, "--out", out]))
