def put(self, target: Tensor, index: Tensor, rows: Tensor) -> int:
    _0 = torch.index_copy_(target, 0, index, rows)
    return 0

def clear(self, target: Tensor, index: Tensor) -> int:
    _0 = torch.index_fill_(target, 0, index, 0)
    return 0

def rows(self, x: Tensor, index: Tensor) -> Tensor:
    return torch.index_select(x, 0, index)
