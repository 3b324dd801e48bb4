package dev.sluice.evaluator.report;

/** What it costs to say which latents of a dictionary are active. */
final class IndexBits {
    private static final double LN_2 = Math.log(2);

    private IndexBits() {}

    /**
     * log2 C(n, L0); between whole numbers of active latents, interpolated.
     *
     * @param latents n
     * @param l0 active latents per token, at most n
     */
    static double of(int latents, double l0) {
        int below = (int) Math.floor(l0);
        double share = l0 - below;
        double bits = choose(latents, below);
        return share == 0 ? bits : bits + share * (choose(latents, below + 1) - bits);
    }

    /** log2 C(n, k) as a sum of logarithms, over the shorter side. */
    private static double choose(int n, int k) {
        int shorter = Math.max(0, Math.min(k, n - k));
        double sum = 0;
        for (int i = 1; i <= shorter; i++) {
            sum += Math.log((double) (n - shorter + i) / i);
        }
        return sum / LN_2;
    }
}
