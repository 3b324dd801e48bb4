# The k directions along which each row less the mean reaches farthest either way, ascending, int64 [rows, k]; the
# product is held block by block in z.
def support(self, x: Tensor, mean: Tensor, directions: Tensor, k: int, z: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    latents = torch.empty([rows, k], dtype=4, device=ops.prim.device(x))
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(z, 0, 0, count)
        centred = torch.sub(torch.narrow(x, 0, begin, count), mean)
        _0 = torch.abs_(torch.mm(centred, torch.t(directions), out=part))
        _1, found = torch.topk(part, k, 1, True, False)
        _2 = torch.copy_(torch.narrow(latents, 0, begin, count), found)
    ascending, _3 = torch.sort(latents, 1)
    return ascending
