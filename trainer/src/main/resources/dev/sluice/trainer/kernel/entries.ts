# (x w^T + b) norms at places (rows[i], latents[i]), each product one of its own; by latent, so that its weights stay near.
def computed(self, x: Tensor, w: Tensor, b: Tensor, norms: Tensor, rows: Tensor, latents: Tensor) -> Tensor:
    if torch.numel(latents) == 0:
        values = torch.zeros([0], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    else:
        near, order = torch.sort(latents, stable=True, dim=0, descending=False)
        dots = torch._embedding_bag_per_sample_weights_backward(x, w, near, near, torch.index_select(rows, 0, order), 0, -1)
        biased = torch.add(dots, torch.index_select(b, 0, near))
        values = torch.empty_like(dots)
        _0 = torch.index_copy_(values, 0, order, torch.mul(biased, torch.index_select(norms, 0, near)))
    return values

# Those of the places, row by row, whose value is positive and at least low: rows, latents, values.
def entries(self, x: Tensor, w: Tensor, b: Tensor, norms: Tensor, rows: Tensor, latents: Tensor, low: float) -> Tuple[Tensor, Tensor, Tensor]:
    values = self.computed(x, w, b, norms, rows, latents)
    reaching = torch.__and__(torch.ge(values, low), torch.gt(values, 0))
    index = torch.reshape(torch.nonzero(reaching), [-1])
    return (torch.index_select(rows, 0, index), torch.index_select(latents, 0, index), torch.index_select(values, 0, index))

# Codes of the entries of all blocks: rows, offsets, latents, values; one of value 0 if there are none, since products
# need a code.
def codes(self, rows: List[Tensor], latents: List[Tensor], values: List[Tensor], count: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    row = torch.cat(rows)
    latent = torch.cat(latents)
    value = torch.cat(values)
    if torch.numel(row) == 0:
        bag = torch.zeros([1], dtype=4, device=ops.prim.device(row))
        entry = torch.zeros([1], dtype=4, device=ops.prim.device(row))
        code = torch.zeros([1], dtype=ops.prim.dtype(value), device=ops.prim.device(value))
    else:
        bag = row
        entry = latent
        code = value
    return (bag, torch.searchsorted(bag, torch.arange(count, dtype=4, device=ops.prim.device(row))), entry, code)
