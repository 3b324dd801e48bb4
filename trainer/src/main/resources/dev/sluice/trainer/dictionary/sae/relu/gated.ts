# u = x w_enc^T, all of it, block by block; f = relu(u scale + b_mag) where u + b_gate > 0, held block by block in z.
# Returns f w_dec, the largest value of each latent, and how many gates are open.
def activate(self, x: Tensor, w_enc: Tensor, b_gate: Tensor, b_mag: Tensor, scale: Tensor, w_dec: Tensor, u: Tensor, z: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    decoded = torch.empty_like(x)
    peaks = torch.zeros([torch.size(w_enc, 0)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    opened = torch.zeros([], dtype=4, device=ops.prim.device(x))
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(u, 0, begin, count)
        f = torch.narrow(z, 0, 0, count)
        _0 = torch.mm(torch.narrow(x, 0, begin, count), torch.t(w_enc), out=part)
        _1 = self.magnitudes(part, b_mag, scale, f)
        gate = torch.relu_(torch.add(part, b_gate))
        _2 = torch.mul_(f, torch.gt(gate, 0))
        _3 = torch.mm(f, w_dec, out=torch.narrow(decoded, 0, begin, count))
        peaks = torch.maximum(peaks, torch.amax(f, [0]))
        _4 = torch.add_(opened, torch.count_nonzero(gate))
    return (decoded, peaks, opened)

def magnitudes(self, u: Tensor, b_mag: Tensor, scale: Tensor, out: Tensor) -> int:
    _0 = torch.mul(u, scale, out=out)
    _1 = torch.relu_(torch.add_(out, b_mag))
    return 0

def exp(self, x: Tensor) -> Tensor:
    return torch.exp(x)

# Gradients of sum g . (f w_dec) + sum penalty relu(pi) + share sum (relu(pi) w_dec + b_dec - target)^2 / 2, where
# pi = u + b_gate; the decoder is a constant in the last one unless attached. Into grad_enc and grad_dec; returns those of
# b_gate, b_mag and log scale, of x through the codes summed over rows, the sums of relu(pi), and
# relu(pi) w_dec + b_dec - target.
def gradients(self, x: Tensor, target: Tensor, g: Tensor, w_enc: Tensor, b_gate: Tensor, b_mag: Tensor, scale: Tensor, w_dec: Tensor, b_dec: Tensor, u: Tensor, penalty: Tensor, share: float, attached: bool, z: Tensor, grad_enc: Tensor, grad_dec: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    n = torch.size(w_enc, 0)
    ones = torch.ones([self.least_rows(), rows], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    of_gate = torch.zeros([self.least_rows(), n], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    of_mag = torch.zeros_like(of_gate)
    of_scale = torch.zeros_like(of_gate)
    activity = torch.zeros_like(of_gate)
    missed = torch.empty_like(target)
    _0 = torch.zero_(grad_enc)
    _1 = torch.zero_(grad_dec)
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        one = torch.narrow(ones, 1, 0, count)
        upstream = torch.narrow(g, 0, begin, count)
        part = torch.narrow(u, 0, begin, count)
        gate = torch.relu_(torch.add(part, b_gate))
        open = torch.gt(gate, 0)
        miss = torch.sub(torch.addmm(b_dec, gate, w_dec), torch.narrow(target, 0, begin, count))
        _2 = torch.copy_(torch.narrow(missed, 0, begin, count), miss)
        through = torch.mul(miss, share)
        _3 = torch.addmm(activity, one, gate, out=activity)
        f = torch.narrow(z, 0, 0, count)
        _4 = self.magnitudes(part, b_mag, scale, f)
        _5 = torch.mul_(f, open)
        _6 = torch.addmm(grad_dec, torch.t(f), upstream, out=grad_dec)
        if attached:
            _7 = torch.addmm(grad_dec, torch.t(gate), through, out=grad_dec)
        dm = torch.mul_(torch.mm(upstream, torch.t(w_dec)), torch.gt(f, 0))
        dpi = torch.mul_(torch.addmm(penalty, through, torch.t(w_dec)), open)
        _8 = torch.addmm(of_gate, one, dpi, out=of_gate)
        _9 = torch.addmm(of_mag, one, dm, out=of_mag)
        _10 = torch.addmm(of_scale, one, torch.mul(dm, part), out=of_scale)
        du = torch.addcmul_(dpi, dm, scale)
        _11 = torch.addmm(grad_enc, torch.t(du), torch.narrow(x, 0, begin, count), out=grad_enc)
    sums = torch.add(of_gate, torch.mul(of_mag, scale))
    grad_x = torch.select(torch.mm(sums, w_enc), 0, 0)
    return (torch.select(of_gate, 0, 0), torch.select(of_mag, 0, 0), torch.mul(torch.select(of_scale, 0, 0), scale), grad_x, torch.select(activity, 0, 0), missed)

# Of what was listed as pi: u and f.
def listed_codes(self, pi: Tensor, latents: Tensor, b_gate: Tensor, b_mag: Tensor, scale: Tensor) -> Tuple[Tensor, Tensor]:
    u = torch.sub(pi, torch.index_select(b_gate, 0, latents))
    m = torch.add(torch.mul(u, torch.index_select(scale, 0, latents)), torch.index_select(b_mag, 0, latents))
    return (u, torch.mul(torch.relu(m), torch.gt(pi, 0)))

# Gradients by pi, m, log scale and u of listed codes, of those by f and by relu(pi).
def by_pre_activations(self, by_code: Tensor, by_gate: Tensor, pi: Tensor, u: Tensor, f: Tensor, latents: Tensor, penalty: Tensor, scale: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    dpi = torch.mul(torch.add(by_gate, torch.index_select(penalty, 0, latents)), torch.gt(pi, 0))
    dm = torch.mul(by_code, torch.gt(f, 0))
    scaled = torch.mul(dm, torch.index_select(scale, 0, latents))
    return (dpi, dm, torch.mul(scaled, u), torch.add(dpi, scaled))
