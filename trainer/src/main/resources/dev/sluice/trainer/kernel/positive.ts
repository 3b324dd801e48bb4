# Those groups of neighbouring columns of a block of x w^T + b, held in z, that have a positive entry, ascending.
def groups(self, x: Tensor, w: Tensor, b: Tensor, begin: int, count: int, size: int, z: Tensor) -> Tensor:
    part = torch.narrow(z, 0, 0, count)
    _0 = torch.addmm(b, torch.narrow(x, 0, begin, count), torch.t(w), out=part)
    peaks = torch.amax(torch.view(part, [-1, size]), [1])
    return torch.reshape(torch.nonzero(torch.gt(peaks, 0)), [-1])

# The positive entries of these groups: their places in the whole product, row by row, and values.
def entries(self, z: Tensor, groups: Tensor, begin: int, size: int) -> Tuple[Tensor, Tensor]:
    members = torch.index_select(torch.view(z, [-1, size]), 0, groups)
    place = torch.reshape(torch.nonzero(torch.gt(torch.reshape(members, [-1]), 0)), [-1])
    group = torch.index_select(groups, 0, torch.floor_divide(place, size))
    column = torch.add(torch.mul(group, size), torch.remainder(place, size))
    values = torch.index_select(torch.reshape(members, [-1]), 0, place)
    return (torch.add(column, begin * torch.size(z, 1)), values)

# Codes of the entries of all blocks: rows, offsets, latents, values; one of value 0 if there are none, since products
# need a code.
def codes(self, places: List[Tensor], values: List[Tensor], n: int, rows: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    place = torch.cat(places)
    value = torch.cat(values)
    if torch.numel(place) == 0:
        entry = torch.zeros([1], dtype=4, device=ops.prim.device(place))
        code = torch.zeros([1], dtype=ops.prim.dtype(value), device=ops.prim.device(value))
    else:
        entry = place
        code = value
    bag = torch.floor_divide(entry, n)
    row = torch.arange(rows, dtype=4, device=ops.prim.device(place))
    return (bag, torch.searchsorted(bag, row), torch.remainder(entry, n), code)
