# s += x^T x in float64.
def add_products(self, s: Tensor, x: Tensor) -> int:
    wide = torch.to(x, 7)
    _0 = torch.addmm(s, torch.t(wide), wide, out=s)
    return 0

# Eigenvalues, descending, and eigenvectors, as rows, of s / n - mean mean^T; in each row the entry of largest
# magnitude is positive.
def basis(self, s: Tensor, mean: Tensor, n: float) -> Tuple[Tensor, Tensor]:
    covariance = torch.sub(torch.div(s, n), torch.outer(mean, mean))
    values, columns = torch.linalg_eigh(covariance)
    rows = torch.flip(torch.t(columns), [0])
    largest = torch.gather(rows, 1, torch.unsqueeze(torch.argmax(torch.abs(rows), 1), 1))
    return (torch.flip(values, [0]), torch.contiguous(torch.mul(rows, torch.sign(largest))))

def coefficients(self, x: Tensor, mean: Tensor, directions: Tensor) -> Tensor:
    return torch.mm(torch.sub(x, mean), torch.t(directions))

def by_first(self, coefficients: Tensor, directions: Tensor, mean: Tensor, k: int) -> Tensor:
    return torch.addmm(mean, torch.narrow(coefficients, 1, 0, k), torch.narrow(directions, 0, 0, k))

# The k coefficients of largest magnitude of each row, by ascending direction.
def largest(self, coefficients: Tensor, k: int) -> Tuple[Tensor, Tensor]:
    _0, chosen = torch.topk(torch.abs(coefficients), k, 1, True, False)
    latents, _1 = torch.sort(chosen, 1)
    return (latents, torch.gather(coefficients, 1, latents))
