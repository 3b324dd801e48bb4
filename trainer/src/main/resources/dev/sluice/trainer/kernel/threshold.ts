# What is positive and at or above low in x w^T + b, row by row, by ascending column: rows, columns, values. With a quota
# of q per row a block of rows gives at least its q largest per row too; the bounds that it kept to come last. The
# product is held block by block in z; only groups of neighbouring columns whose largest qualifies are looked into.
def candidates(self, x: Tensor, w: Tensor, b: Tensor, quota: int, low: float, size: int, z: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    block = torch.size(z, 0)
    blocks = (torch.size(x, 0) + block - 1) // block
    rows = annotate(List[Tensor], [])
    columns = annotate(List[Tensor], [])
    values = annotate(List[Tensor], [])
    bounds = annotate(List[Tensor], [])
    groups = torch.size(w, 0) // size
    for i in range(blocks):
        begin = torch.size(x, 0) * i // blocks
        count = torch.size(x, 0) * (i + 1) // blocks - begin
        part = torch.narrow(z, 0, 0, count)
        _0 = torch.addmm(b, torch.narrow(x, 0, begin, count), torch.t(w), out=part)
        near = torch.view(part, [-1, size])
        peaks = torch.amax(near, [1])
        bound = self.bound(peaks, quota * count, low)
        hot = torch.reshape(torch.nonzero(self.qualifies(peaks, bound)), [-1])
        members = torch.index_select(near, 0, hot)
        found = torch.nonzero(self.qualifies(members, bound))
        group = torch.index_select(hot, 0, torch.select(found, 1, 0))
        place = torch.select(found, 1, 1)
        row = torch.floor_divide(group, groups)
        _1 = torch.append(rows, torch.add(row, begin))
        _2 = torch.append(columns, torch.add(torch.mul(torch.remainder(group, groups), size), place))
        flat = torch.add(torch.mul(torch.select(found, 1, 0), size), place)
        _3 = torch.append(values, torch.index_select(torch.reshape(members, [-1]), 0, flat))
        _4 = torch.append(bounds, torch.reshape(bound, [1]))
    return (torch.cat(rows), torch.cat(columns), torch.cat(values), torch.cat(bounds))

def qualifies(self, z: Tensor, bound: Tensor) -> Tensor:
    return torch.__and__(torch.ge(z, bound), torch.gt(z, 0))

# As many groups have a member at or above the bound as the quota asks for, so at least as many entries are.
def bound(self, peaks: Tensor, quota: int, low: float) -> Tensor:
    limit = torch.full([], low, dtype=ops.prim.dtype(peaks), device=ops.prim.device(peaks))
    if quota > 0:
        place = ops.prim.max(torch.numel(peaks) - quota + 1, 1)
        least, _0 = torch.kthvalue(peaks, place, 0, False)
        result = torch.minimum(limit, least)
    else:
        result = limit
    return result

# Which are the count largest, ties to the first: their indices, ascending, and the least of them, 0 if there are none.
def largest(self, values: Tensor, count: int) -> Tuple[Tensor, Tensor]:
    total = torch.numel(values)
    if total > count:
        least, _0 = torch.kthvalue(values, total - count + 1, 0, False)
        above = torch.gt(values, least)
        equal = torch.eq(values, least)
        missing = torch.sub(count, torch.sum(above))
        first = torch.le(torch.cumsum(equal, 0), missing)
        chosen = torch.__or__(above, torch.__and__(equal, first))
        index = torch.reshape(torch.nonzero(chosen), [-1])
    else:
        none = torch.zeros([], dtype=ops.prim.dtype(values), device=ops.prim.device(values))
        least = torch.amin(values, [0]) if total > 0 else none
        index = torch.arange(total, dtype=4, device=ops.prim.device(values))
    return (index, least)
