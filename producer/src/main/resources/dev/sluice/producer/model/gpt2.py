# One layer of GPT-2 (Radford et al. 2019), TorchScript. Weights are [in, out], as its checkpoints have them; x is
# [batch, time, width], right padded: attention is causal, so that what follows a sequence cannot reach it. Products are of
# the dtype of the linear weights.

def embed(self, ids: Tensor, tokens: Tensor, positions: Tensor) -> Tensor:
    return torch.embedding(tokens, ids) + torch.narrow(positions, 0, 0, torch.size(ids, 1))

# w: norm weight and bias, query-key-value weight and bias, output weight and bias.
def attention(self, x: Tensor, heads: int, eps: float, w: List[Tensor]) -> Tensor:
    batch = torch.size(x, 0)
    time = torch.size(x, 1)
    width = torch.size(x, 2)
    rows = torch.reshape(torch.layer_norm(x, [width], w[0], w[1], eps), [batch * time, width])
    qkv = torch.addmm(w[3], torch.to(rows, ops.prim.dtype(w[2])), w[2])
    qkv = torch.view(qkv, [batch, time, 3, heads, width // heads])

    q = torch.transpose(torch.select(qkv, 2, 0), 1, 2)
    k = torch.transpose(torch.select(qkv, 2, 1), 1, 2)
    v = torch.transpose(torch.select(qkv, 2, 2), 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
    mixed = torch.reshape(torch.transpose(mixed, 1, 2), [batch * time, width])
    return torch.view(torch.to(torch.addmm(w[5], mixed, w[4]), ops.prim.dtype(x)), [batch, time, width])

# w: norm weight and bias, first weight and bias, second weight and bias.
def mlp(self, x: Tensor, activation: str, eps: float, w: List[Tensor]) -> Tensor:
    width = torch.size(x, 2)
    rows = torch.reshape(torch.layer_norm(x, [width], w[0], w[1], eps), [-1, width])
    hidden = torch.addmm(w[3], torch.to(rows, ops.prim.dtype(w[2])), w[2])
    hidden = (self).gelu(hidden, activation)
    return torch.view(torch.to(torch.addmm(w[5], hidden, w[4]), ops.prim.dtype(x)), torch.size(x))
