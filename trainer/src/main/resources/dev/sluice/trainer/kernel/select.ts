# The k largest of each row of z. With many groups of 32 columns: the k groups with the largest maxima hold them all.
def top(self, z: Tensor, k: int) -> Tuple[Tensor, Tensor]:
    rows = torch.size(z, 0)
    columns = torch.size(z, 1)
    groups = columns // 32
    if torch.__and__(columns % 32 == 0, groups >= 4 * k):
        peaks = torch.amax(torch.view(z, [rows, groups, 32]), [2])
        _0, best = torch.topk(peaks, k, 1, True, False)
        row = torch.unsqueeze(torch.arange(rows, dtype=4, device=ops.prim.device(z)), 1)
        chosen = torch.reshape(torch.add(torch.mul(row, groups), best), [-1])
        near = torch.view(torch.index_select(torch.view(z, [-1, 32]), 0, chosen), [rows, 32 * k])
        values0, place = torch.topk(near, k, 1, True, False)
        group = torch.gather(best, 1, torch.floor_divide(place, 32))
        values = values0
        latents = torch.add(torch.mul(group, 32), torch.remainder(place, 32))
    else:
        values1, latents1 = torch.topk(z, k, 1, True, False)
        values = values1
        latents = latents1
    return (values, latents)

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
