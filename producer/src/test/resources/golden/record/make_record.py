"""Writes record.safetensors with the public safetensors library, the layout of an activation record, version 2.

pip install safetensors==0.8.0 numpy; python make_record.py
"""
import json

import numpy as np
from safetensors.numpy import save_file

rows, width = 3, 4
save_file(
    {
        "activations": (np.arange(rows * width).reshape(rows, width) / 8 - 0.5).astype(np.float16),
        "token_ids": np.array([0, 17, 4095], np.int32),
        "documents": np.array([2, 2, 5_000_000_000], np.int64),
        "windows": np.array([0, 0, 63], np.int32),
        "positions": np.array([0, 1, 127], np.int32),
        "subsets": np.array([1, 1, 0], np.int32),
        "classes": np.array([1, 0, 3], np.uint8),
    },
    "record.safetensors",
    {
        "version": "2",
        "stream_digest": "ab" * 32,
        "order_digest": "cd" * 32,
        "model": "sample",
        "hook": "blocks.3.hook_resid_post",
        "first_row": "41",
        "subsets": json.dumps(["Pile-CC", "Gutenberg (PG-19)"]),
    },
)
