# From the last residual stream to logits and losses, TorchScript. x is [rows, width], w [vocabulary, width].

def final_norm(self, x: Tensor, eps: float, weight: Tensor, bias: Tensor) -> Tensor:
    return torch.layer_norm(x, [torch.size(weight, 0)], weight, bias, eps)

def logits(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.mm(x, torch.t(w))

# Negative log likelihood in nats of targets [rows]: [rows].
def nll(self, x: Tensor, targets: Tensor, w: Tensor) -> Tensor:
    logs = torch.log_softmax(torch.mm(x, torch.t(w)), -1, 6)
    return torch.neg(torch.squeeze(torch.gather(logs, 1, torch.unsqueeze(targets, 1)), 1))
