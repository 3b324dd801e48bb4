# Reductions whose bits do not depend on the number of threads: within a row, or as a product of equal rows.

def norms(self, x: Tensor) -> Tensor:
    return torch.linalg_vector_norm(x, 2, [1])

def squared_norms(self, x: Tensor) -> Tensor:
    return torch.sum(torch.mul(x, x), [1])

def column_sums(self, x: Tensor, rows: int) -> Tensor:
    ones = torch.ones([rows, torch.size(x, 0)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    return torch.select(torch.mm(ones, x), 0, 0)

# g <- g - (g.u) u with u = w / (|w| + eps), row by row
def remove_parallel(self, g: Tensor, w: Tensor, eps: float) -> int:
    unit = torch.div(w, torch.unsqueeze(torch.add(self.norms(w), eps), 1))
    along = torch.sum(torch.mul(g, unit), [1], True)
    _0 = torch.sub_(g, torch.mul(unit, along))
    return 0

def make_unit(self, w: Tensor, eps: float) -> int:
    _0 = torch.div_(w, torch.unsqueeze(torch.add(self.norms(w), eps), 1))
    return 0

# What pulls on the norms of w's rows pulls on the rows along themselves, added to their gradient in place.
def add_along(self, g: Tensor, w: Tensor, pulls: Tensor, norms: Tensor) -> int:
    _0 = torch.add_(g, torch.mul(w, torch.unsqueeze(torch.div(pulls, norms), 1)))
    return 0
