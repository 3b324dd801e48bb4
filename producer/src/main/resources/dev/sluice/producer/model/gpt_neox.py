# One layer of GPT-NeoX (Black et al. 2022), TorchScript. Weights are [out, in]; x is [batch, time, width], right padded:
# attention is causal, so that what follows a sequence cannot reach it. Products are of the dtype of the linear weights.

def embed(self, ids: Tensor, tokens: Tensor) -> Tensor:
    return torch.embedding(tokens, ids)

# w: norm weight and bias, query-key-value weight and bias, output weight and bias.
# cos, sin: [time, 1, 1, half], half the rotary dimensions; of each head the first 2 * half turn (Su et al. 2021).
def attention(self, x: Tensor, heads: int, eps: float, cos: Tensor, sin: Tensor, w: List[Tensor]) -> Tensor:
    batch = torch.size(x, 0)
    time = torch.size(x, 1)
    width = torch.size(x, 2)
    rows = torch.reshape(torch.layer_norm(x, [width], w[0], w[1], eps), [batch * time, width])
    qkv = torch.addmm(w[3], torch.to(rows, ops.prim.dtype(w[2])), torch.t(w[2]))
    qkv = torch.view(qkv, [batch, time, heads, 3, width // heads])

    half = torch.size(cos, 3)
    turning = torch.narrow(qkv, 3, 0, 2)
    left = torch.narrow(turning, 4, 0, half)
    right = torch.narrow(turning, 4, half, half)
    turned = left * cos - right * sin
    right.copy_(right * cos + left * sin)
    left.copy_(turned)

    q = torch.transpose(torch.select(qkv, 3, 0), 1, 2)
    k = torch.transpose(torch.select(qkv, 3, 1), 1, 2)
    v = torch.transpose(torch.select(qkv, 3, 2), 1, 2)
    mixed = torch.scaled_dot_product_attention(q, k, v, None, 0., True)
    mixed = torch.reshape(torch.transpose(mixed, 1, 2), [batch * time, width])
    out = torch.to(torch.addmm(w[5], mixed, torch.t(w[4])), ops.prim.dtype(x))
    return torch.view(out, [batch, time, width])

# w: norm weight and bias, first weight and bias, second weight and bias.
def mlp(self, x: Tensor, activation: str, eps: float, w: List[Tensor]) -> Tensor:
    width = torch.size(x, 2)
    rows = torch.reshape(torch.layer_norm(x, [width], w[0], w[1], eps), [-1, width])
    hidden = torch.addmm(w[3], torch.to(rows, ops.prim.dtype(w[2])), torch.t(w[2]))
    hidden = (self).gelu(hidden, activation)
    return torch.view(torch.to(torch.addmm(w[5], hidden, torch.t(w[4])), ops.prim.dtype(x)), torch.size(x))
