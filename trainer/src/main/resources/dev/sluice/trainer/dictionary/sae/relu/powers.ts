# sum_j (f_ij norms_j)^p over the active latents of each row, [rows].
def powers(self, f: Tensor, norms: Tensor, p: float, block: int) -> Tensor:
    rows = torch.size(f, 0)
    blocks = (rows + block - 1) // block
    sums = torch.empty([rows], dtype=ops.prim.dtype(f), device=ops.prim.device(f))
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(f, 0, begin, count)
        power = torch.mul(torch.pow(torch.mul(part, norms), p), torch.gt(part, 0))
        _0 = torch.copy_(torch.narrow(sums, 0, begin, count), torch.sum(power, [1]))
    return sums

# Gradients of sum g . (f w_dec) + sum_i weights_i sum_j (f_ij norms_j)^p / p into grad_enc and grad_dec; returns those of
# b_enc, of x through the codes summed over rows, and of norms. A block of df is held in z. What is below least counts as
# least in the power, whose derivative has no bound at 0.
def gradients(self, x: Tensor, g: Tensor, w_enc: Tensor, w_dec: Tensor, f: Tensor, norms: Tensor, weights: Tensor, p: float, least: float, z: Tensor, grad_enc: Tensor, grad_dec: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    n = torch.size(w_enc, 0)
    sums = torch.zeros([self.least_rows(), n], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    of_norms = torch.zeros_like(sums)
    ones = torch.ones([self.least_rows(), rows], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    _0 = torch.mm(torch.t(f), g, out=grad_dec)
    _1 = torch.zero_(grad_enc)
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        one = torch.narrow(ones, 1, 0, count)
        df = torch.narrow(z, 0, 0, count)
        active = torch.narrow(f, 0, begin, count)
        power = torch.pow_(torch.clamp_(torch.mul(active, norms), min=least), p - 1)
        pull = torch.mul_(power, torch.unsqueeze(torch.narrow(weights, 0, begin, count), 1))
        _2 = torch.addmm(of_norms, one, torch.mul(pull, active), out=of_norms)
        _3 = torch.mm(torch.narrow(g, 0, begin, count), torch.t(w_dec), out=df)
        _4 = torch.addcmul_(df, pull, norms)
        _5 = torch.threshold_backward(df, active, 0, grad_input=df)
        _6 = torch.addmm(grad_enc, torch.t(df), torch.narrow(x, 0, begin, count), out=grad_enc)
        _7 = torch.addmm(sums, one, df, out=sums)
    grad_x = torch.select(torch.mm(sums, w_enc), 0, 0)
    return (torch.select(sums, 0, 0), grad_x, torch.select(of_norms, 0, 0))

# (f norms)^p of listed codes that are active, else 0.
def listed_powers(self, f: Tensor, latents: Tensor, norms: Tensor, p: float) -> Tensor:
    return torch.mul(torch.pow(torch.mul(f, torch.index_select(norms, 0, latents)), p), torch.gt(f, 0))

# Of listed codes: gradients by pre-activations, of those by codes, and what they give to the gradients of norms.
def by_pre_activations(self, by_code: Tensor, f: Tensor, bags: Tensor, latents: Tensor, norms: Tensor, weights: Tensor, p: float, least: float) -> Tuple[Tensor, Tensor]:
    norm = torch.index_select(norms, 0, latents)
    power = torch.pow_(torch.clamp_(torch.mul(f, norm), min=least), p - 1)
    pull = torch.mul_(power, torch.index_select(weights, 0, bags))
    return (torch.mul(torch.addcmul(by_code, pull, norm), torch.gt(f, 0)), torch.mul(pull, f))
