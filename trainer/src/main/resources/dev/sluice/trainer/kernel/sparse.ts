# Products with sparse codes: latents and values are [rows, k], weights [n, d]; code j of row i is values[i, j].

def bags(self, latents: Tensor) -> Tensor:
    row = torch.arange(torch.size(latents, 0), dtype=4, device=ops.prim.device(latents))
    return torch.repeat_interleave(row, torch.size(latents, 1))

# sum_j values[i, j] w[latents[i, j]]
def decode(self, w: Tensor, latents: Tensor, values: Tensor) -> Tensor:
    row = torch.arange(torch.size(latents, 0), dtype=4, device=ops.prim.device(latents))
    offsets = torch.mul(row, torch.size(latents, 1))
    flat = torch.reshape(latents, [-1])
    out, _0, _1, _2 = torch._embedding_bag(w, flat, offsets, False, 0, False, torch.reshape(values, [-1]), False, -1)
    return out

# g[i] . w[latents[i, j]]
def dots(self, g: Tensor, w: Tensor, latents: Tensor) -> Tensor:
    row = torch.arange(torch.size(latents, 0), dtype=4, device=ops.prim.device(latents))
    offsets = torch.mul(row, torch.size(latents, 1))
    flat = torch.reshape(latents, [-1])
    return torch._embedding_bag_per_sample_weights_backward(g, w, flat, offsets, self.bags(latents), 0, -1)

# sum over codes of latent l: values * rows[bag], [n, columns of rows]
def gather_rows(self, rows: Tensor, flat: Tensor, bags: Tensor, values: Tensor, n: int) -> Tensor:
    unused = torch.empty([0], dtype=4, device=ops.prim.device(flat))
    return torch._embedding_bag_dense_backward(rows, flat, bags, unused, unused, n, False, 0, values, -1)

# sum over codes of latent l: values, [n]; in order, but not by the GPU's unordered additions.
def sums(self, flat: Tensor, bags: Tensor, values: Tensor, rows: int, n: int) -> Tensor:
    if ops.prim.is_cuda(values):
        ones = torch.ones([rows, 1], dtype=ops.prim.dtype(values), device=ops.prim.device(values))
        result = torch.reshape(self.gather_rows(ones, flat, bags, values, n), [-1])
    else:
        result = torch.bincount(flat, values, n)
    return result

# Gradients of sum_p g_p . decode_p(codes_p), where codes_p = slope_p (x w_enc^T + b_enc) on fixed latents: of w_enc,
# b_enc, w_dec, and of x through the codes, summed over rows.
def gradients(self, x: Tensor, w_enc: Tensor, w_dec: Tensor, g: List[Tensor], latents: List[Tensor], values: List[Tensor], slopes: List[Tensor]) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    n = torch.size(w_dec, 0)
    rows = torch.size(x, 0)
    flat = annotate(List[Tensor], [])
    into_x = annotate(List[Tensor], [])
    into_g = annotate(List[Tensor], [])
    weights = annotate(List[Tensor], [])
    pulls = annotate(List[Tensor], [])
    for p in range(torch.len(g)):
        bag = self.bags(latents[p])
        pull = self.dots(g[p], w_dec, latents[p])
        _0 = torch.append(flat, torch.reshape(latents[p], [-1]))
        _1 = torch.append(into_x, bag)
        _2 = torch.append(into_g, torch.add(bag, rows * p))
        _3 = torch.append(weights, torch.reshape(values[p], [-1]))
        _4 = torch.append(pulls, torch.mul(pull, torch.reshape(slopes[p], [-1])))
    all = torch.cat(flat)
    bags_x = torch.cat(into_x)
    pulled = torch.cat(pulls)
    # Both matrices in one pass, which sorts the latents once: those of w_enc come n later, its rows after those of g.
    sources = torch.cat([torch.cat(g), x])
    targets = torch.cat([all, torch.add(all, n)])
    bags = torch.cat([torch.cat(into_g), torch.add(bags_x, rows * torch.len(g))])
    both = self.gather_rows(sources, targets, bags, torch.cat([torch.cat(weights), pulled]), 2 * n)
    grad_dec = torch.narrow(both, 0, 0, n)
    grad_enc = torch.narrow(both, 0, n, n)
    grad_b = self.sums(all, bags_x, pulled, rows, n)
    padded = torch.zeros([16, n], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    _5 = torch.copy_(torch.select(padded, 0, 0), grad_b)
    grad_x = torch.select(torch.mm(padded, w_enc), 0, 0)
    return (grad_enc, grad_b, grad_dec, grad_x)
