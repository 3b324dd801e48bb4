# One step of Adam (Kingma & Ba 2015) on every parameter; gradients are divided by scale first, then decay times the
# parameter is added to them.
def step(self, parameters: List[Tensor], gradients: List[Tensor], first: List[Tensor], second: List[Tensor], steps: List[Tensor], scale: Tensor, rate: float, beta1: float, beta2: float, eps: float, decay: float) -> int:
    largest = annotate(List[Tensor], [])
    torch._fused_adam_(parameters, gradients, first, second, largest, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=scale)
    return 0
