#!/usr/bin/env python3
"""Turns a folder of dictionary_learning (ae.pt, config.json) into one that SAELens and `deploy/local/run import` read.

    python dictionary_learning.py FOLDER OUT        # needs torch and safetensors

AutoEncoder becomes `standard`, AutoEncoderTopK `topk`, BatchTopKSAE, MatryoshkaBatchTopKSAE and JumpReluAutoEncoder
`jumprelu`. Others are refused by name. The pickle is read with `weights_only`, so that it cannot run code.
"""

import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save_file


def matrices(state):
    """W_enc [d, n], b_enc [n], W_dec [n, d], b_dec [d], from either way of naming them."""
    if "W_enc" in state:
        return state["W_enc"], state["b_enc"], state["W_dec"], state["b_dec"]
    bias = state["b_dec"] if "b_dec" in state else state["bias"]
    return state["encoder.weight"].T, state["encoder.bias"], state["decoder.weight"].T, bias


def converted(name, state):
    """The configuration's further keys and the further tensors."""
    n = matrices(state)[1].numel()
    if name == "AutoEncoder":
        return {"architecture": "standard", "apply_b_dec_to_input": True}, {}
    if name == "AutoEncoderTopK":
        return {"architecture": "topk", "k": int(state["k"]), "apply_b_dec_to_input": True}, {}
    if name in ("BatchTopKSAE", "MatryoshkaBatchTopKSAE"):
        threshold = state["threshold"].float().expand(n).clone()
        return {"architecture": "jumprelu", "apply_b_dec_to_input": True}, {"threshold": threshold}
    if name == "JumpReluAutoEncoder":  # it does not centre its input
        return {"architecture": "jumprelu", "apply_b_dec_to_input": False}, {"threshold": state["threshold"]}
    raise SystemExit(f"dict_class must be AutoEncoder, AutoEncoderTopK, BatchTopKSAE, MatryoshkaBatchTopKSAE or "
                     f"JumpReluAutoEncoder, got {name}")


def main(folder, out):
    trainer = json.loads((folder / "config.json").read_text())["trainer"]
    state = torch.load(folder / "ae.pt", map_location="cpu", weights_only=True)
    extra, tensors = converted(trainer["dict_class"], state)
    w_enc, b_enc, w_dec, b_dec = matrices(state)
    tensors |= {"W_enc": w_enc, "b_enc": b_enc, "W_dec": w_dec, "b_dec": b_dec}
    config = {
        "d_in": w_enc.shape[0],
        "d_sae": w_enc.shape[1],
        "dtype": "float32",
        "device": "cpu",
        "normalize_activations": "none",
        "reshape_activations": "none",
        "metadata": {"sae_lens_version": "6.18.0", "model_name": trainer.get("lm_name"),
                     "hook_name": trainer.get("submodule_name")},
    } | extra
    out.mkdir(parents=True, exist_ok=True)
    save_file({key: value.float().contiguous() for key, value in tensors.items()}, out / "sae_weights.safetensors")
    (out / "cfg.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
