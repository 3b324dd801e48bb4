package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.model.LogitHead.Block;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A scalar of a batch's logits, to be differentiated by {@link Continuation#gradient}. */
public abstract sealed class LogitScalar {
    private LogitScalar() {}

    /** One logit times a weight, at a position of a sequence. */
    public record Term(int sequence, int position, int token, double weight) {}

    /** The mean over all values of {@link Predictions#nll()}: the cross-entropy. */
    public static LogitScalar meanNll() {
        return new Nll(null);
    }

    /** The sum of {@link Predictions#nll()} times {@code weights}, one for each value. */
    public static LogitScalar nll(float[][] weights) {
        return new Nll(weights);
    }

    /** The mean of {@link Comparison#kl()} over all positions; {@code original} must stay open. */
    public static LogitScalar meanKl(Predictions original) {
        return new Kl(original, null);
    }

    /** The sum of {@link Comparison#kl()} times {@code weights}, one for each value. */
    public static LogitScalar kl(Predictions original, float[][] weights) {
        return new Kl(original, weights);
    }

    /** A sum of weighted logits, as a single logit or the difference of two. */
    public static LogitScalar sum(List<Term> terms) {
        return new Sum(terms);
    }

    /** The gradient for one block of rows, with respect to what the unembedding reads there. */
    interface BlockGradient {
        NDArray of(Block block);
    }

    /** Tensors that last for all blocks go to {@code manager}. */
    abstract BlockGradient at(Predictions predictions, NDManager manager);

    /** The gradient with respect to what the unembedding reads, [rows * time, width]. */
    NDArray gradient(Predictions predictions, NDManager manager) {
        NDArray normed = predictions.normed();
        NDArray whole = manager.zeros(normed.getShape());
        BlockGradient gradient = at(predictions, manager);
        LogitHead.forEachBlock(
                normed.getShape().get(0),
                block -> whole.set(new NDIndex(block.start() + ":" + block.end()), gradient.of(block)));
        return whole;
    }

    /** [rows * time]; the mean's where none are given. */
    private static NDArray weights(NDManager manager, TokenBatch batch, float @Nullable [][] given, int without) {
        return manager.create(batch.join(given == null ? batch.meanWeights(without) : given, without));
    }

    private static final class Nll extends LogitScalar {
        private final float @Nullable [][] given;

        private Nll(float @Nullable [][] given) {
            this.given = given;
        }

        @Override
        BlockGradient at(Predictions predictions, NDManager manager) {
            NDArray targets = predictions.batch().nextIds(manager);
            NDArray weights = weights(manager, predictions.batch(), given, 1);
            return block -> predictions
                    .head()
                    .nllGradient(block.of(predictions.normed()), block.of(targets), block.of(weights));
        }
    }

    private static final class Kl extends LogitScalar {
        private final Predictions original;
        private final float @Nullable [][] given;

        private Kl(Predictions original, float @Nullable [][] given) {
            this.original = original;
            this.given = given;
        }

        @Override
        BlockGradient at(Predictions predictions, NDManager manager) {
            original.requireLike(predictions);
            NDArray weights = weights(manager, predictions.batch(), given, 0);
            return block -> predictions
                    .head()
                    .klGradient(block.of(predictions.normed()), block.of(original.normed()), block.of(weights));
        }
    }

    private static final class Sum extends LogitScalar {
        private final List<Term> terms;

        private Sum(List<Term> terms) {
            this.terms = List.copyOf(terms);
        }

        @Override
        BlockGradient at(Predictions predictions, NDManager manager) {
            long vocabulary = predictions.head().vocabulary();
            NavigableMap<Long, Double> weights = new TreeMap<>();
            terms.forEach(term -> weights.merge(place(term, predictions), term.weight(), Double::sum));
            return block -> {
                long first = block.start() * vocabulary;
                SortedMap<Long, Double> within = weights.subMap(first, block.end() * vocabulary);
                NDArray normed = block.of(predictions.normed());
                return within.isEmpty()
                        ? manager.zeros(normed.getShape())
                        : predictions
                                .head()
                                .termsGradient(
                                        normed,
                                        places(manager, within.keySet(), first),
                                        floats(manager, within.values()));
            };
        }

        private static long place(Term term, Predictions predictions) {
            int row = predictions.batch().row(term.sequence(), term.position());
            if (term.token() < 0 || term.token() >= predictions.head().vocabulary()) {
                throw new ModelException("the token of a logit must be in 0.."
                        + (predictions.head().vocabulary() - 1) + ", got " + term.token());
            }
            return (long) row * predictions.head().vocabulary() + term.token();
        }

        private static NDArray places(NDManager manager, Collection<Long> all, long first) {
            return manager.create(all.stream().mapToLong(place -> place - first).toArray());
        }

        private static NDArray floats(NDManager manager, Collection<Double> values) {
            float[] floats = new float[values.size()];
            int i = 0;
            for (double value : values) {
                floats[i++] = (float) value;
            }
            return manager.create(floats, new Shape(floats.length));
        }
    }
}
