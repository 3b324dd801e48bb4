# f = relu(x w_enc^T + b_enc), all of it, block by block into f; returns f w_dec, the largest value of each latent and how
# many codes are active. Two passes over floats are less than half of what a sum of booleans costs.
def activate(self, x: Tensor, w_enc: Tensor, b_enc: Tensor, w_dec: Tensor, f: Tensor, block: int) -> Tuple[Tensor, Tensor, Tensor]:
    rows = torch.size(x, 0)
    blocks = (rows + block - 1) // block
    peaks = torch.zeros([torch.size(w_enc, 0)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    active = torch.zeros([], dtype=4, device=ops.prim.device(x))
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        part = torch.narrow(f, 0, begin, count)
        _0 = torch.addmm(b_enc, torch.narrow(x, 0, begin, count), torch.t(w_enc), out=part)
        _1 = torch.relu_(part)
        peaks = torch.maximum(peaks, torch.amax(part, [0]))
        _2 = torch.add_(active, torch.count_nonzero(part))
    return (torch.mm(f, w_dec), peaks, active)

# Gradients by pre-activations of listed codes, of those by codes.
def by_pre_activations(self, by_code: Tensor, f: Tensor, latents: Tensor, penalty: Tensor) -> Tensor:
    return torch.mul(torch.add(by_code, torch.index_select(penalty, 0, latents)), torch.gt(f, 0))

# Gradients of sum g . (f w_dec) + sum f . penalty: into grad_enc and grad_dec; returns those of b_enc, and of x through
# the codes summed over rows. A block of df is held in z.
def gradients(self, x: Tensor, g: Tensor, w_enc: Tensor, w_dec: Tensor, f: Tensor, penalty: Tensor, z: Tensor, grad_enc: Tensor, grad_dec: Tensor) -> Tuple[Tensor, Tensor]:
    rows = torch.size(x, 0)
    block = torch.size(z, 0)
    blocks = (rows + block - 1) // block
    n = torch.size(w_enc, 0)
    sums = torch.zeros([self.least_rows(), n], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    ones = torch.ones([self.least_rows(), rows], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    _0 = torch.mm(torch.t(f), g, out=grad_dec)
    _1 = torch.zero_(grad_enc)
    for i in range(blocks):
        begin = rows * i // blocks
        count = rows * (i + 1) // blocks - begin
        df = torch.narrow(z, 0, 0, count)
        active = torch.narrow(f, 0, begin, count)
        _2 = torch.addmm(penalty, torch.narrow(g, 0, begin, count), torch.t(w_dec), out=df)
        _3 = torch.threshold_backward(df, active, 0, grad_input=df)
        _4 = torch.addmm(grad_enc, torch.t(df), torch.narrow(x, 0, begin, count), out=grad_enc)
        _5 = torch.addmm(sums, torch.narrow(ones, 1, 0, count), df, out=sums)
    grad_x = torch.select(torch.mm(sums, w_enc), 0, 0)
    return (torch.select(sums, 0, 0), grad_x)
