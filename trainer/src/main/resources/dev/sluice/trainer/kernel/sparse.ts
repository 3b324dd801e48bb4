# Products with sparse codes: code i is values[i] of latent latents[i] on row bags[i], where the codes of row r begin at
# offsets[r]; weights are [n, d].

# Codes of [rows, k], row by row: bags, offsets, latents, values.
def ragged(self, latents: Tensor, values: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    row = torch.arange(torch.size(latents, 0), dtype=4, device=ops.prim.device(latents))
    k = torch.size(latents, 1)
    return (torch.repeat_interleave(row, k), torch.mul(row, k), torch.reshape(latents, [-1]), torch.reshape(values, [-1]))

# The codes at index, ascending; one of value 0 if there are none, since products need a code.
def pick(self, bags: Tensor, latents: Tensor, values: Tensor, index: Tensor, rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    if torch.numel(index) > 0:
        bag = torch.index_select(bags, 0, index)
        latent = torch.index_select(latents, 0, index)
        value = torch.index_select(values, 0, index)
    else:
        bag = torch.zeros([1], dtype=4, device=ops.prim.device(bags))
        latent = torch.zeros([1], dtype=4, device=ops.prim.device(bags))
        value = torch.zeros([1], dtype=ops.prim.dtype(values), device=ops.prim.device(values))
    row = torch.arange(rows, dtype=4, device=ops.prim.device(bags))
    return (bag, torch.searchsorted(bag, row), latent, value)

# Those of latents in [first, end).
def between(self, bags: Tensor, latents: Tensor, values: Tensor, first: int, end: int, rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    inside = torch.__and__(torch.ge(latents, first), torch.lt(latents, end))
    return self.pick(bags, latents, values, torch.reshape(torch.nonzero(inside), [-1]), rows)

# Those of values above a bound.
def above(self, bags: Tensor, latents: Tensor, values: Tensor, bound: float, rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    return self.pick(bags, latents, values, torch.reshape(torch.nonzero(torch.gt(values, bound)), [-1]), rows)

# Those of values that are not 0, and what else the codes have.
def active(self, bags: Tensor, latents: Tensor, values: Tensor, more: Tensor, rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    index = torch.reshape(torch.nonzero(values), [-1])
    bag, offsets, latent, value = self.pick(bags, latents, values, index, rows)
    kept = torch.index_select(more, 0, index) if torch.numel(index) > 0 else torch.zeros_like(value)
    return (bag, offsets, latent, value, kept)

# sum_j values[i, j] w[latents[i, j]]
def decode(self, w: Tensor, offsets: Tensor, latents: Tensor, values: Tensor) -> Tensor:
    out, _0, _1, _2 = torch._embedding_bag(w, latents, offsets, False, 0, False, values, False, -1)
    return out

# g[bags[i]] . w[latents[i]]
def dots(self, g: Tensor, w: Tensor, bags: Tensor, offsets: Tensor, latents: Tensor) -> Tensor:
    return torch._embedding_bag_per_sample_weights_backward(g, w, latents, offsets, bags, 0, -1)

# sum over codes of latent l: values * rows[bag], [n, columns of rows]; order is that of the codes by latent, of which
# those of latent l begin at starts[l].
def gather_rows(self, rows: Tensor, order: Tensor, starts: Tensor, bags: Tensor, values: Tensor) -> Tensor:
    return self.decode(rows, starts, torch.index_select(bags, 0, order), torch.index_select(values, 0, order))

# The codes by latent, those of one in their order, and where each latent's begin.
def by_latent(self, latents: Tensor, n: int) -> Tuple[Tensor, Tensor]:
    sorted, order = torch.sort(latents, stable=True, dim=0, descending=False)
    return (order, torch.searchsorted(sorted, torch.arange(n, dtype=4, device=ops.prim.device(latents))))

# sum over codes of latent l: values, [n]; in order, but not by the GPU's unordered additions.
def sums(self, flat: Tensor, bags: Tensor, values: Tensor, rows: int, n: int) -> Tensor:
    if ops.prim.is_cuda(values):
        ones = torch.ones([rows, 1], dtype=ops.prim.dtype(values), device=ops.prim.device(values))
        order, starts = self.by_latent(flat, n)
        result = torch.reshape(self.gather_rows(ones, order, starts, bags, values), [-1])
    else:
        result = torch.bincount(flat, values, n)
    return result

# Gradients of sum_p g_p . decode_p(codes_p), where codes_p = slope_p (x w_enc^T + b_enc) on fixed latents: of w_enc,
# b_enc, w_dec, and of x through the codes, summed over rows.
def gradients(self, x: Tensor, w_enc: Tensor, w_dec: Tensor, g: List[Tensor], bags: List[Tensor], offsets: List[Tensor], latents: List[Tensor], values: List[Tensor], slopes: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    pulled = annotate(List[Tensor], [])
    for p in range(torch.len(g)):
        pull = self.dots(g[p], w_dec, bags[p], offsets[p], latents[p])
        _0 = torch.append(pulled, torch.mul(pull, slopes[p]))
    return self.gathered(x, w_enc, g, bags, latents, values, pulled)

# One after another; the only one is not copied.
def joined(self, parts: List[Tensor]) -> Tensor:
    if torch.len(parts) == 1:
        result = parts[0]
    else:
        result = torch.cat(parts)
    return result

# The same where the gradients by pre-activations are known.
def gathered(self, x: Tensor, w_enc: Tensor, g: List[Tensor], bags: List[Tensor], latents: List[Tensor], values: List[Tensor], pulls: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    n = torch.size(w_enc, 0)
    rows = torch.size(x, 0)
    into_g = annotate(List[Tensor], [])
    for p in range(torch.len(g)):
        _0 = torch.append(into_g, torch.add(bags[p], rows * p))
    all = self.joined(latents)
    bags_x = self.joined(bags)
    pulled = self.joined(pulls)
    order, starts = self.by_latent(all, n)
    grad_dec = self.gather_rows(self.joined(g), order, starts, self.joined(into_g), self.joined(values))
    grad_enc = self.gather_rows(x, order, starts, bags_x, pulled)
    grad_b = self.sums(all, bags_x, pulled, rows, n)
    padded = torch.zeros([self.least_rows(), n], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    _1 = torch.copy_(torch.select(padded, 0, 0), grad_b)
    grad_x = torch.select(torch.mm(padded, w_enc), 0, 0)
    return (grad_enc, grad_b, grad_dec, grad_x)
