# p = x w_enc^T + b_enc, all of it, block by block; f = p where p > theta, held block by block in z. Returns f w_dec,
# the largest value of each latent, how many codes are active, and how many are above lowest.
def activate(self, x: Tensor, w_enc: Tensor, b_enc: Tensor, w_dec: Tensor, theta: Tensor, lowest: Tensor, p: Tensor, z: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    decoded = torch.empty_like(x)
    peaks = torch.zeros([torch.size(w_enc, 0)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    fired = torch.zeros([], dtype=4, device=ops.prim.device(x))
    held = torch.zeros_like(fired)
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(p, 0, begin, count)
        f = torch.narrow(z, 0, 0, count)
        _0 = torch.addmm(b_enc, torch.narrow(x, 0, begin, count), torch.t(w_enc), out=part)
        _1 = torch.mul(part, torch.gt(part, theta), out=f)
        _2 = torch.mm(f, w_dec, out=torch.narrow(decoded, 0, begin, count))
        peaks = torch.maximum(peaks, torch.amax(f, [0]))
        _3 = torch.add_(fired, torch.count_nonzero(f))
        _4 = torch.add_(held, torch.count_nonzero(torch.relu_(torch.sub(part, lowest))))
    return (decoded, peaks, fired, held)

# Of what was listed as p - lowest: p and f.
def listed_codes(self, above: Tensor, latents: Tensor, theta: Tensor, lowest: Tensor) -> Tuple[Tensor, Tensor]:
    p = torch.add(above, torch.index_select(lowest, 0, latents))
    return (p, torch.mul(p, torch.gt(p, torch.index_select(theta, 0, latents))))

# Of listed codes, of gradients by f: those by pre-activations, and what they give to the gradients of theta and norms and
# to the sum of tanh.
def by_pre_activations(self, by_code: Tensor, p: Tensor, f: Tensor, latents: Tensor, theta: Tensor, norms: Tensor, eps: float, step: float, by_tanh: float, scale: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    threshold = torch.index_select(theta, 0, latents)
    norm = torch.index_select(norms, 0, latents)
    tanh = torch.tanh(torch.mul(f, torch.mul(norm, scale)))
    slope = torch.mul(torch.rsub(torch.mul(tanh, tanh), 1), by_tanh * scale)
    df = torch.addcmul(by_code, slope, norm)
    window = torch.lt(torch.abs(torch.div(torch.sub(p, threshold), eps)), 0.5)
    dtheta = torch.mul(torch.add(torch.mul(df, torch.div(threshold, -eps)), -step / eps), window)
    return (torch.mul(df, torch.gt(p, threshold)), dtheta, torch.mul(slope, f), tanh)

def exp(self, x: Tensor) -> Tensor:
    return torch.exp(x)

def keep_positive(self, x: Tensor) -> int:
    _0 = torch.clamp_(x, min=0)
    return 0

# Gradients of sum g . (f w_dec) + step sum H(p - theta) + by_tanh sum tanh(scale f norms)
# + by_short sum mask norms relu(theta - p), by the rectangle kernel of width eps: into grad_enc and grad_dec; returns
# those of b_enc, of theta, of norms, of x through the codes summed over rows, and the last two sums for each latent.
def gradients(self, x: Tensor, g: Tensor, w_enc: Tensor, w_dec: Tensor, p: Tensor, theta: Tensor, norms: Tensor, mask: Tensor, eps: float, step: float, by_tanh: float, scale: float, by_short: float, z: Tensor, grad_enc: Tensor, grad_dec: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    n = torch.size(w_enc, 0)
    ones = torch.ones([self.least_rows(), rows], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    sums = torch.zeros([self.least_rows(), n], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    of_theta = torch.zeros_like(sums)
    of_norms = torch.zeros_like(sums)
    tanhs = torch.zeros_like(sums)
    shorts = torch.zeros_like(sums)
    pull = torch.div(theta, eps)
    penalty = torch.mul(norms, by_tanh * scale)
    _0 = torch.zero_(grad_enc)
    _1 = torch.zero_(grad_dec)
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        one = torch.narrow(ones, 1, 0, count)
        upstream = torch.narrow(g, 0, begin, count)
        part = torch.narrow(p, 0, begin, count)
        active = torch.gt(part, theta)
        f = torch.narrow(z, 0, 0, count)
        _2 = torch.mul(part, active, out=f)
        _3 = torch.addmm(grad_dec, torch.t(f), upstream, out=grad_dec)
        df = torch.mm(upstream, torch.t(w_dec))
        if by_tanh > 0:
            tanh = torch.tanh(torch.mul(f, torch.mul(norms, scale)))
            slope = torch.rsub(torch.mul(tanh, tanh), 1)
            _4 = torch.addcmul_(df, slope, penalty)
            _5 = torch.addmm(tanhs, one, tanh, out=tanhs)
            _6 = torch.addmm(of_norms, one, torch.mul(slope, f), alpha=by_tanh * scale, out=of_norms)
        distance = torch.div(torch.sub(part, theta), eps)
        window = torch.lt(torch.abs(distance), 0.5)
        dtheta = torch.mul(torch.add(torch.mul(df, pull), step / eps), window)
        _7 = torch.addmm(of_theta, one, dtheta, alpha=-1, out=of_theta)
        _8 = torch.mul_(df, active)
        if by_short > 0:
            short = torch.mul(torch.relu(torch.sub(theta, part)), mask)
            falls = torch.mul(torch.to(torch.gt(short, 0), ops.prim.dtype(x)), torch.mul(norms, by_short))
            _9 = torch.sub_(df, falls)
            _10 = torch.addmm(of_theta, one, falls, out=of_theta)
            _11 = torch.addmm(shorts, one, torch.mul(short, norms), out=shorts)
            _12 = torch.addmm(of_norms, one, short, alpha=by_short, out=of_norms)
        _13 = torch.addmm(grad_enc, torch.t(df), torch.narrow(x, 0, begin, count), out=grad_enc)
        _14 = torch.addmm(sums, one, df, out=sums)
    grad_x = torch.select(torch.mm(sums, w_enc), 0, 0)
    return (torch.select(sums, 0, 0), torch.select(of_theta, 0, 0), torch.select(of_norms, 0, 0), grad_x, torch.select(tanhs, 0, 0), torch.select(shorts, 0, 0))
