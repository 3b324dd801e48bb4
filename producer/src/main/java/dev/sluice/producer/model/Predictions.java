package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.model.LogitHead.Block;
import dev.sluice.producer.model.LogitHead.Original;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What a model predicts at each position of a batch of sequences: the distribution of the next token. It holds what the
 * last norm gives, not the logits. Open until {@link #close()}; the model must be open as well.
 */
public final class Predictions implements AutoCloseable {
    private static final long MAX_LOGITS = Integer.MAX_VALUE / Float.BYTES;

    private final LogitHead head;
    private final TokenBatch batch;
    private final NDArray normed;
    private final List<NDArray> kept = new ArrayList<>();

    /** @param normed [rows * time, width], of the batch; is closed with this */
    Predictions(LogitHead head, TokenBatch batch, NDArray normed) {
        this.head = head;
        this.batch = batch;
        this.normed = normed;
    }

    LogitHead head() {
        return head;
    }

    TokenBatch batch() {
        return batch;
    }

    /** [rows * time, width]. */
    NDArray normed() {
        return normed;
    }

    /** @throws ModelException if {@code run} is of another model or of sequences of other lengths */
    void requireLike(Predictions run) {
        if (head != run.head) {
            throw new ModelException("predictions must be of the same model to be compared");
        }
        run.batch.requireLengthsOf(batch);
    }

    /** What the unembedding reads: the last residual stream after the last norm, [sequences, longest, width]. */
    public NDArray finalNorm(NDManager owner) {
        return cube(owner, normed, head.width());
    }

    /**
     * Logits of the next token, float32 [sequences, longest, vocabulary]; refused above 2 GiB.
     *
     * @param owner gets the result
     */
    public NDArray logits(NDManager owner) {
        long size = (long) batch.size() * batch.time() * head.vocabulary();
        if (size > MAX_LOGITS) {
            throw new ModelException("logits must have at most " + MAX_LOGITS + " elements, got " + size);
        }
        try (NDArray flat = head.logits(normed)) {
            return cube(owner, flat, head.vocabulary());
        }
    }

    private NDArray cube(NDManager owner, NDArray flat, long width) {
        try (NDArray cube = flat.reshape(-1, batch.time(), width)) {
            return Layers.keep(owner, batch.withoutFill(cube));
        }
    }

    /**
     * Negative log likelihood of each token but the first, given those before it, in nats.
     *
     * @return for each sequence one value fewer than it has tokens: the first is of its second token
     */
    public float[][] nll() {
        float[] losses = new float[rows()];
        try (NDArray targets = batch.nextIds(normed.getManager())) {
            LogitHead.forEachBlock(rows(), block -> {
                NDArray values = head.nll(block.of(normed), block.of(targets));
                System.arraycopy(values.toFloatArray(), 0, losses, block.start(), block.size());
            });
        }
        return batch.split(losses, 1);
    }

    /** As {@link #compare}, of these with {@code original}. */
    public Comparison compareWith(Predictions original) {
        return original.compare(List.of(this)).get(0);
    }

    /**
     * Losses of {@code runs}, and how far they are from these predictions, the original. One pass over the vocabulary
     * computes both, and the original's distributions are computed once for all runs.
     *
     * @return of each run, in their order
     * @throws ModelException if a run is of another model or of sequences of other lengths
     */
    public List<Comparison> compare(List<Predictions> runs) {
        runs.forEach(this::requireLike);
        List<float[][]> values = runs.stream().map(run -> new float[3][rows()]).toList();
        try (NDArray targets = batch.nextIds(normed.getManager())) {
            Iterator<NDArray> known = kept.iterator();
            LogitHead.forEachBlock(rows(), block -> {
                Original original =
                        head.original(known.hasNext() ? known.next() : head.logProbabilities(block.of(normed)));
                for (int i = 0; i < runs.size(); i++) {
                    runs.get(i).compare(block, original, block.of(targets), values.get(i));
                }
            });
        }
        return values.stream()
                .map(each -> new Comparison(batch.split(each[0], 1), batch.split(each[1], 0), batch.split(each[2], 0)))
                .toList();
    }

    private void compare(Block block, Original original, NDArray targets, float[][] values) {
        try (NDList compared = head.compare(block.of(normed), original, targets)) {
            for (int i = 0; i < values.length; i++) {
                System.arraycopy(compared.get(i).toFloatArray(), 0, values[i], block.start(), block.size());
            }
        }
    }

    /** Keeps the distributions until {@link #close()}, so that no {@link #compare} computes them again. */
    public void keepDistributions() {
        if (kept.isEmpty()) {
            LogitHead.forEachBlock(
                    rows(),
                    block -> kept.add(Layers.keep(normed.getManager(), head.logProbabilities(block.of(normed)))));
        }
    }

    /** That {@link #keepDistributions()} takes. */
    public long distributionBytes() {
        return (long) rows() * head.vocabulary() * Float.BYTES;
    }

    private int rows() {
        return (int) normed.getShape().get(0);
    }

    @Override
    public void close() {
        kept.forEach(NDArray::close);
        normed.close();
    }
}
