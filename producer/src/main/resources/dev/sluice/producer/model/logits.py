# From what the last norm gives to logits, losses and their gradients, TorchScript. x is [rows, width], w [vocabulary,
# width], targets are token ids [rows]. Logarithms are natural.

def logits(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.mm(x, torch.t(w))

# Negative log likelihood of targets: [rows].
def nll(self, x: Tensor, targets: Tensor, w: Tensor) -> Tensor:
    logs = torch.log_softmax(torch.mm(x, torch.t(w)), -1, 6)
    return torch.neg(torch.squeeze(torch.gather(logs, 1, torch.unsqueeze(targets, 1)), 1))

def log_probabilities(self, x: Tensor, w: Tensor) -> Tensor:
    return torch.log_softmax(torch.mm(x, torch.t(w)), -1, 6)

# Of log probabilities, [rows, vocabulary]: the probabilities, and the most likely token of each row, [rows].
def likely(self, logs: Tensor) -> Tuple[Tensor, Tensor]:
    return (torch.exp(logs), torch.argmax(logs, -1))

# Each [rows]: negative log likelihood of targets; KL(original || x); 1 where the original's most likely token is one of
# the most likely here. original: its log probabilities, and what likely gives for them.
def compare(self, x: Tensor, original: Tensor, p: Tensor, top: Tensor, targets: Tensor, w: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    logs = torch.log_softmax(torch.mm(x, torch.t(w)), -1, 6)
    nll = torch.neg(torch.squeeze(torch.gather(logs, 1, torch.unsqueeze(targets, 1)), 1))
    at_top = torch.squeeze(torch.gather(logs, 1, torch.unsqueeze(top, 1)), 1)
    same = torch.to(torch.eq(at_top, torch.amax(logs, [-1])), 6)
    kl = torch.sum(torch.mul_(torch.sub(original, logs), p), [-1])
    return (nll, kl, same)

# Gradients with respect to x, [rows, width]. Of the sum of weights [rows] times the rows' losses:
def nll_gradient(self, x: Tensor, targets: Tensor, weights: Tensor, w: Tensor) -> Tensor:
    p = torch.softmax(torch.mm(x, torch.t(w)), -1, 6)
    at = torch.unsqueeze(targets, 1)
    p = torch.scatter(p, 1, at, torch.gather(p, 1, at) - 1.)
    return torch.mm(torch.mul_(p, torch.unsqueeze(weights, 1)), w)

# Of the sum of weights [rows] times the rows' KL(original || x):
def kl_gradient(self, x: Tensor, original: Tensor, weights: Tensor, w: Tensor) -> Tensor:
    p = torch.softmax(torch.mm(x, torch.t(w)), -1, 6)
    torch.sub_(p, torch.softmax(torch.mm(original, torch.t(w)), -1, 6))
    return torch.mm(torch.mul_(p, torch.unsqueeze(weights, 1)), w)

# Of the sum of weights times the logits at the places row * vocabulary + token; no place twice:
def terms_gradient(self, x: Tensor, places: Tensor, weights: Tensor, w: Tensor) -> Tensor:
    rows = torch.size(x, 0)
    vocabulary = torch.size(w, 0)
    all = torch.zeros([rows * vocabulary], dtype=6, device=ops.prim.device(x))
    return torch.mm(torch.view(torch.scatter(all, 0, places, weights), [rows, vocabulary]), w)
