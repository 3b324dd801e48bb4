# Each row without its mean, by its unbiased standard deviation; what undoes it: that deviation and the mean.
def layer_norm(self, x: Tensor, eps: float) -> Tuple[Tensor, Tensor, Tensor]:
    mean = torch.mean(x, [1], True)
    centred = torch.sub(x, mean)
    deviation = torch.std(centred, [1], True, True)
    return (torch.div(centred, torch.add(deviation, eps)), deviation, mean)

# Each row at norm length; what undoes it.
def constant_norm(self, x: Tensor, length: float, least: float) -> Tuple[Tensor, Tensor]:
    norms = torch.unsqueeze(torch.linalg_vector_norm(x, 2, [1]), 1)
    factor = torch.div(torch.clamp(norms, min=least), length)
    return (torch.div(x, factor), factor)
