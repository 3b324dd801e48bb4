# The directions in which rows vary most, [d, count], and the rows' mean, in float64.
def directions(self, rows: Tensor, count: int) -> Tuple[Tensor, Tensor]:
    raw = torch.to(rows, 7)
    mean = torch.mean(raw, [0])
    centred = torch.sub(raw, mean)
    _0, columns = torch.linalg_eigh(torch.mm(torch.t(centred), centred))
    d = torch.size(rows, 1)
    return (mean, torch.contiguous(torch.narrow(columns, 1, d - count, count)))

# Coordinates along the basis, what is left of the norm rounded upwards, |row - mean| + |row|, and |row - mean|^2 / 2: all
# computed in float64, then rounded.
def features(self, raw: Tensor, mean: Tensor, basis: Tensor) -> Tensor:
    centred = torch.sub(raw, mean)
    leading = torch.mm(centred, basis)
    squares = torch.sum(torch.mul(centred, centred), [1], True)
    seen = torch.sum(torch.mul(leading, leading), [1], True)
    lost = torch.mul(squares, 4.5e-16 * torch.size(raw, 1))
    rest = torch.mul(torch.sqrt(torch.add(torch.clamp(torch.sub(squares, seen), 0.), lost)), 1.0000003)
    norms = torch.add(torch.sqrt(squares), torch.linalg_vector_norm(raw, 2, [1], True))
    return torch.to(torch.cat([leading, rest, norms, torch.div(squares, 2.)], 1), 6)

# The second factor of the bounds, into the rows of factors at index: the margin for rounding in its last two columns,
# and a bound that nothing is below for rows that are no centre.
def put_centres(self, factors: Tensor, index: Tensor, centres: Tensor, halves: Tensor, mean: Tensor, basis: Tensor, margin: float) -> int:
    raw = torch.to(torch.index_select(centres, 0, index), 7)
    columns = torch.size(factors, 1)
    all = self.features(raw, mean, basis)
    norms = torch.mul(torch.narrow(all, 1, columns - 2, 1), margin)
    half = torch.narrow(all, 1, columns - 1, 1)
    raw_half = torch.unsqueeze(torch.index_select(halves, 0, index), 1)
    finite = torch.sub(torch.mul(torch.add(half, raw_half), margin), half)
    bias = torch.where(torch.isinf(raw_half), torch.neg(raw_half), finite)
    _0 = torch.index_copy_(factors, 0, index, torch.cat([torch.narrow(all, 1, 0, columns - 2), norms, bias], 1))
    return 0

# The first factor, and what a score of each row has more than x.c - |c|^2 / 2 of the centred vectors, float64 [r].
def rows(self, x: Tensor, mean: Tensor, basis: Tensor) -> Tuple[Tensor, Tensor]:
    raw = torch.to(x, 7)
    all = self.features(raw, mean, basis)
    columns = torch.size(all, 1)
    ones = torch.ones_like(torch.narrow(all, 1, 0, 1))
    shift = torch.sub(torch.mv(raw, mean), torch.div(torch.dot(mean, mean), 2.))
    return (torch.cat([torch.narrow(all, 1, 0, columns - 1), ones], 1), shift)

# Bounds of some rows into z, and the largest of each group of 64 centres.
def bound(self, rows: Tensor, factors: Tensor, z: Tensor) -> Tensor:
    count = torch.size(rows, 0)
    part = torch.narrow(z, 0, 0, count)
    _0 = torch.mm(rows, torch.t(factors), out=part)
    return torch.amax(torch.view(part, [count, -1, 64]), [2])
