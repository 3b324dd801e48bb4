# The k largest of each row of z: the k groups of columns with the largest maxima hold them all.
def top(self, z: Tensor, k: int) -> Tuple[Tensor, Tensor]:
    columns = torch.size(z, 1)
    if torch.__and__(columns % 32 == 0, columns // 32 >= 4 * k):
        values, latents = self.among_neighbours(z, k, 32)
    elif torch.__and__(columns % 8 == 0, columns // 8 >= 2 * k):
        values, latents = self.among_strides(z, k, 8)
    else:
        values, latents = torch.topk(z, k, 1, True, False)
    return (values, latents)

# Groups of neighbouring columns: whole groups are copied.
def among_neighbours(self, z: Tensor, k: int, size: int) -> Tuple[Tensor, Tensor]:
    rows = torch.size(z, 0)
    groups = torch.size(z, 1) // size
    peaks = torch.amax(torch.reshape(z, [rows, groups, size]), [2])
    _0, best = torch.topk(peaks, k, 1, True, False)
    row = torch.unsqueeze(torch.arange(rows, dtype=4, device=ops.prim.device(z)), 1)
    chosen = torch.reshape(torch.add(torch.mul(row, groups), best), [-1])
    near = torch.view(torch.index_select(torch.reshape(z, [-1, size]), 0, chosen), [rows, size * k])
    values, place = torch.topk(near, k, 1, True, False)
    group = torch.gather(best, 1, torch.floor_divide(place, size))
    return (values, torch.add(torch.mul(group, size), torch.remainder(place, size)))

# Groups of columns a constant distance apart: their maxima are taken a vector at a time.
def among_strides(self, z: Tensor, k: int, size: int) -> Tuple[Tensor, Tensor]:
    rows = torch.size(z, 0)
    groups = torch.size(z, 1) // size
    cube = torch.reshape(z, [rows, size, groups])
    _0, best = torch.topk(torch.amax(cube, [1]), k, 1, True, False)
    near = torch.gather(cube, 2, torch.expand(torch.unsqueeze(best, 1), [rows, size, k]))
    values, place = torch.topk(torch.reshape(near, [rows, size * k]), k, 1, True, False)
    group = torch.gather(best, 1, torch.remainder(place, k))
    return (values, torch.add(torch.mul(torch.floor_divide(place, k), groups), group))

# The k largest of each row of (x w^T + b)[:, :columns], by ascending column; the product is held block by block in z.
def largest(self, x: Tensor, w: Tensor, b: Tensor, columns: int, k: int, z: Tensor) -> Tuple[Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    values = torch.empty([rows, k], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    latents = torch.empty([rows, k], dtype=4, device=ops.prim.device(x))
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(z, 0, 0, count)
        _0 = torch.addmm(b, torch.narrow(x, 0, begin, count), torch.t(w), out=part)
        v, l = self.top(torch.narrow(part, 1, 0, columns), k)
        _1 = torch.copy_(torch.narrow(values, 0, begin, count), v)
        _2 = torch.copy_(torch.narrow(latents, 0, begin, count), l)
    ascending, order = torch.sort(latents, 1)
    return (torch.gather(values, 1, order), ascending)
