# Codes relu(values) of the latents selected, among zeros: [rows, n].
def dense(self, latents: Tensor, values: Tensor, n: int) -> Tensor:
    zeros = torch.zeros([torch.size(values, 0), n], dtype=ops.prim.dtype(values), device=ops.prim.device(values))
    return torch.scatter(zeros, 1, latents, torch.relu(values))

# The largest value of each latent.
def peaks(self, f: Tensor) -> Tensor:
    return torch.amax(f, [0])

def decode(self, q: Tensor, w_dec: Tensor, b_dec: Tensor) -> Tensor:
    return torch.add(torch.mm(q, w_dec), b_dec)

# Gradients of sum g . (q w_dec) + pull / 2 |f - q|^2 where q counts as f, and in the second term as a constant: of
# w_enc, b_enc, w_dec, and of x through the codes summed over rows.
def gradients(self, x: Tensor, g: Tensor, w_enc: Tensor, w_dec: Tensor, f: Tensor, q: Tensor, pull: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
    by_code = torch.addmm(torch.sub(f, q), g, torch.t(w_dec), beta=pull, alpha=1)
    df = torch.threshold_backward(by_code, f, 0)
    ones = torch.ones([self.least_rows(), torch.size(x, 0)], dtype=ops.prim.dtype(x), device=ops.prim.device(x))
    sums = torch.mm(ones, df)
    grad_x = torch.select(torch.mm(sums, w_enc), 0, 0)
    return (torch.mm(torch.t(df), x), torch.select(sums, 0, 0), torch.mm(torch.t(q), g), grad_x)
