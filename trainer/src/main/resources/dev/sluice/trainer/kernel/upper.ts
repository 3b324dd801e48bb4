# Factors in bfloat16 of a product that is an upper bound of (x w^T + b) norms, by latents and rows: see UpperBounds.

# Memory of factors.
def halves(self, like: Tensor, rows: int, columns: int) -> Tensor:
    return torch.zeros([rows, columns], dtype=15, device=ops.prim.device(like))

# Memory of bounds of some rows.
def block(self, latents: Tensor, rows: int) -> Tensor:
    return torch.empty([rows, torch.size(latents, 0)], dtype=15, device=ops.prim.device(latents))

# What bfloat16 rounds to nothing less: (1 + 2^-7) (1 - 2^-8) > 1.
def up(self, x: Tensor) -> Tensor:
    return torch.mul(x, 1.0078125)

# Of latents into out: rounded w norms, b norms in two parts, the norm of w norms and that of what rounding took from it.
# Also the norms and b norms, float32 [n]. By parts that stay in the cache.
def latents(self, w: Tensor, b: Tensor, norms: Tensor, margin: float, out: Tensor) -> Tuple[Tensor, Tensor]:
    n = torch.size(w, 0)
    d = torch.size(w, 1)
    biases = torch.mul(b, norms)
    lengths = torch.empty_like(norms)
    raised = torch.add(biases, torch.mul(torch.abs(biases), margin + 0.0000305))
    high = torch.to(raised, 15)
    low = torch.sub(raised, high)
    for i in range((n + 1023) // 1024):
        begin = i * 1024
        count = ops.prim.min(1024, n - begin)
        part = torch.mul(torch.narrow(w, 0, begin, count), torch.unsqueeze(torch.narrow(norms, 0, begin, count), 1))
        into = torch.narrow(out, 0, begin, count)
        half = torch.narrow(into, 1, 0, d)
        _0 = torch.copy_(half, part)
        length = torch.linalg_vector_norm(part, 2, [1])
        lost = torch.linalg_vector_norm(torch.sub(part, half), 2, [1])
        _1 = torch.copy_(torch.select(into, 1, d), torch.narrow(high, 0, begin, count))
        _2 = torch.copy_(torch.select(into, 1, d + 1), torch.narrow(low, 0, begin, count))
        _3 = torch.copy_(torch.select(into, 1, d + 2), self.up(torch.add(length, 1.e-19)))
        _4 = torch.copy_(torch.select(into, 1, d + 3), self.up(torch.add(torch.add(lost, torch.mul(length, margin)), 1.e-19)))
        _5 = torch.copy_(torch.narrow(lengths, 0, begin, count), length)
    # Bounds of no latent are the least.
    _6 = torch.fill_(torch.select(torch.narrow(out, 0, n, torch.size(out, 0) - n), 1, d), -3.e38)
    return (lengths, biases)

# Of rows: rounded x, 1 and 1, what rounding took from x and what products may round, the norm. Also the norms.
def rows(self, x: Tensor, margin: float, columns: int) -> Tuple[Tensor, Tensor]:
    half = torch.to(x, 15)
    length = torch.linalg_vector_norm(x, 2, [1], True)
    lost = torch.linalg_vector_norm(torch.sub(x, half), 2, [1], True)
    slack = self.up(torch.add(torch.add(lost, torch.mul(length, margin)), 1.e-19))
    ones = torch.ones_like(length)
    d = torch.size(x, 1)
    rest = torch.zeros([torch.size(x, 0), columns - d - 4], dtype=15, device=ops.prim.device(x))
    parts = [half, torch.to(torch.cat([ones, ones, slack, torch.mul(torch.add(length, 1.e-19), 1.015625)], 1), 15), rest]
    return (torch.cat(parts, 1), torch.reshape(length, [-1]))

# Bounds of some rows into z.
def bound(self, rows: Tensor, latents: Tensor, begin: int, count: int, z: Tensor) -> int:
    _0 = torch.mm(torch.narrow(rows, 0, begin, count), torch.t(latents), out=torch.narrow(z, 0, 0, count))
    return 0

def pick(self, rows: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(rows, 0, index)
