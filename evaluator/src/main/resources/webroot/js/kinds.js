// The kinds in the order of the form: what people call them, what they do, and the fields of the form that matter.
export const GROUPS = {
  "Sparse autoencoders": {
    topk: { name: "TopK", note: "the k largest latents of each token", fields: ["latents", "k", "rate"] },
    "batch-topk": { name: "BatchTopK", note: "k latents per token on average over a batch", fields: ["latents", "k", "rate"] },
    matryoshka: { name: "Matryoshka", note: "BatchTopK of which every prefix reconstructs on its own", fields: ["latents", "k", "rate"] },
    "jump-relu": { name: "JumpReLU", note: "a learned threshold for each latent", fields: ["latents", "l0", "rate"] },
    gated: { name: "Gated", note: "one path says which latents fire, another how strongly", fields: ["latents", "l1", "rate"] },
    standard: { name: "L1", note: "ReLU, sparse by an L1 penalty", fields: ["latents", "l1", "rate"] },
    "p-anneal": { name: "p-anneal", note: "ReLU, its penalty annealed from L1 towards L0", fields: ["latents", "coefficient", "rate"] },
    "kmeans-latent": { name: "K-means latents", note: "TopK codes, held to K-means centroids of codes", fields: ["latents", "k", "rate"] },
  },
  Baselines: {
    kmeans: { name: "K-means", note: "the nearest centre of each token", fields: ["latents"] },
    pca: { name: "PCA", note: "orthogonal directions, the first or the largest per token", fields: ["fixed", "per-token"] },
    random: { name: "Random", note: "k random directions, least squares on them; nothing is learnt", fields: ["latents", "k"] },
    "token-mean": { name: "Token means", note: "the mean of each token id; latents is the size of the vocabulary", fields: ["latents"] },
  },
};

export const KINDS = Object.assign({ imported: { name: "Imported" } }, ...Object.values(GROUPS));

export const kindName = (kind) => KINDS[kind]?.name ?? kind;
