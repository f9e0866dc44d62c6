"""`homing train` with a tiny preset, as torchrun starts it: PACK OUT."""

from __future__ import annotations

import sys
from unittest.mock import patch

from models import train
from tests.models.test_train import tiny_preset

if __name__ == "__main__":
    pack, out = sys.argv[1:]
    with patch.dict(train.PRESETS, {"tiny": tiny_preset()}):
        sys.exit(train.main(["--preset", "tiny", "--pack", pack, "--out", out]))
