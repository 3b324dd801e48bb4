# The nearest centre of each row by |c|^2 / 2 - x.c, ties to the lower index. Centres come in groups of 64; the
# product is held block by block in z.
def assign(self, x: Tensor, centres: Tensor, halves: Tensor, z: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    groups = torch.size(centres, 0) // 64
    labels = torch.empty([rows], dtype=4, device=ops.prim.device(x))
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(z, 0, 0, count)
        _0 = torch.addmm(halves, torch.narrow(x, 0, begin, count), torch.t(centres), beta=1, alpha=-1, out=part)
        group = torch.argmin(torch.amin(torch.view(part, [count, groups, 64]), [2]), 1)
        row = torch.arange(count, dtype=4, device=ops.prim.device(x))
        near = torch.index_select(torch.view(part, [-1, 64]), 0, torch.add(torch.mul(row, groups), group))
        label = torch.add(torch.mul(group, 64), torch.argmin(near, 1))
        _1 = torch.copy_(torch.narrow(labels, 0, begin, count), label)
    return labels

def rows(self, x: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(x, 0, index)

def put(self, centres: Tensor, halves: Tensor, index: Tensor, rows: Tensor, row_halves: Tensor) -> int:
    _0 = torch.index_copy_(centres, 0, index, rows)
    _1 = torch.index_copy_(halves, 0, index, row_halves)
    return 0

# Products of every row with some of them.
def products(self, x: Tensor, index: Tensor) -> Tensor:
    return torch.mm(x, torch.t(torch.index_select(x, 0, index)))
