# Pre-activations, from those that norms multiply.
def unscaled(self, values: Tensor, latents: Tensor, norms: Tensor) -> Tensor:
    chosen = torch.index_select(norms, 0, torch.reshape(latents, [-1]))
    return torch.div(values, torch.reshape(chosen, torch.size(values)))

def relu(self, values: Tensor) -> Tensor:
    return torch.relu(values)

# 1 where a code is active, else 0.
def slopes(self, values: Tensor) -> Tensor:
    return torch.to(torch.gt(values, 0), ops.prim.dtype(values))

# The k largest of each row, by ascending latent.
def largest(self, values: Tensor, latents: Tensor, k: int) -> Tuple[Tensor, Tensor]:
    _0, place = torch.topk(values, k, 1, True, False)
    ascending, _1 = torch.sort(place, 1)
    return (torch.gather(values, 1, ascending), torch.gather(latents, 1, ascending))
