# TorchScript.

# The rows at places, int64 [n], of x with y below it; both [rows, width]: [n, width].
def rows_at(self, x: Tensor, y: Tensor, places: Tensor) -> Tensor:
    return torch.index_select(torch.cat([x, y]), 0, places)

# The rows at places, int64 [n], of x, [rows, width]: [n, width].
def rows_of(self, x: Tensor, places: Tensor) -> Tensor:
    return torch.index_select(x, 0, places)
