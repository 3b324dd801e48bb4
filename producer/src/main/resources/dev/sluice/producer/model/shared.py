# What architectures share, TorchScript.

# w: weight and bias; x is [rows, width].
def final_norm(self, x: Tensor, eps: float, w: List[Tensor]) -> Tensor:
    return torch.layer_norm(x, [torch.size(x, 1)], w[0], w[1], eps)

# GELU (Hendrycks and Gimpel 2016), exact or in its tanh form; may write over x. Torch computes what remains of a thread's
# share with other functions than whole vectors: gelu's tanh form, sigmoid and silu then change bits with the thread count;
# the exact form, tanh and exp do not.
def gelu(self, x: Tensor, approximate: str) -> Tensor:
    if approximate == "none":
        return torch.gelu_(x, approximate="none")
    wide = torch.to(x, 6)
    t = torch.mul_(torch.mul_(wide * wide, 0.044715), wide)
    t = torch.tanh_(torch.mul_(torch.add_(t, wide), 0.7978845608028654))
    return torch.to(torch.mul_(torch.mul_(t + 1., wide), 0.5), ops.prim.dtype(x))
