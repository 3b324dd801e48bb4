# s += x^T x in float64, from the diagonal on to the right: by panels of rows, each from its first column on.
def add_products(self, s: Tensor, x: Tensor, panels: int) -> int:
    wide = torch.to(x, 7)
    d = torch.size(x, 1)
    for i in range(panels):
        begin = d * i // panels
        count = d * (i + 1) // panels - begin
        left = torch.t(torch.narrow(wide, 1, begin, count))
        part = torch.narrow(torch.narrow(s, 0, begin, count), 1, begin, d - begin)
        _0 = torch.addmm(part, left, torch.narrow(wide, 1, begin, d - begin), out=part)
    return 0

# The whole of a symmetric matrix of which only the upper triangle is there.
def symmetric(self, s: Tensor) -> Tensor:
    upper = torch.triu(s)
    return torch.add(upper, torch.t(torch.triu(s, 1)))

# Eigenvalues, descending, and eigenvectors, as rows, of s / n - mean mean^T; in each row the entry of largest
# magnitude is positive.
def basis(self, s: Tensor, mean: Tensor, n: float) -> Tuple[Tensor, Tensor]:
    covariance = torch.sub(torch.div(self.symmetric(s), n), torch.outer(mean, mean))
    values, columns = torch.linalg_eigh(covariance)
    rows = torch.flip(torch.t(columns), [0])
    largest = torch.gather(rows, 1, torch.unsqueeze(torch.argmax(torch.abs(rows), 1), 1))
    return (torch.flip(values, [0]), torch.contiguous(torch.mul(rows, torch.sign(largest))))

# Along the first directions.
def coefficients(self, x: Tensor, mean: Tensor, directions: Tensor, count: int) -> Tensor:
    return torch.mm(torch.sub(x, mean), torch.t(torch.narrow(directions, 0, 0, count)))

# Singular values, descending, and right singular vectors as rows, the entry of largest magnitude positive.
def svd(self, x: Tensor) -> Tuple[Tensor, Tensor]:
    _0, s, rows = torch.linalg_svd(x, False)
    largest = torch.gather(rows, 1, torch.unsqueeze(torch.argmax(torch.abs(rows), 1), 1))
    return (s, torch.mul(rows, torch.sign(largest)))

def by_first(self, coefficients: Tensor, directions: Tensor, mean: Tensor, k: int) -> Tensor:
    return torch.addmm(mean, torch.narrow(coefficients, 1, 0, k), torch.narrow(directions, 0, 0, k))

# The k coefficients of largest magnitude of each row, by ascending direction.
def largest(self, coefficients: Tensor, k: int) -> Tuple[Tensor, Tensor]:
    _0, chosen = torch.topk(torch.abs(coefficients), k, 1, True, False)
    latents, _1 = torch.sort(chosen, 1)
    return (latents, torch.gather(coefficients, 1, latents))
