package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import dev.sluice.producer.model.HookPoint.Site;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The layers of a model: the residual stream forward, from the tokens or from a hook point, and gradients back. */
final class Layers {
    private final ModelConfig config;
    private final Blocks blocks;

    Layers(ModelConfig config, Blocks blocks) {
        this.config = config;
        this.blocks = blocks;
    }

    /** Is shown every value of a layer as it is computed, [rows, time, width]; it is closed afterwards. */
    interface Visitor {
        void visit(int layer, Site site, NDArray value);
    }

    /** Hands an array over to {@code owner}, out of any scope. */
    static NDArray keep(NDManager owner, NDArray value) {
        NDScope.unregister(value);
        value.attach(owner);
        return value;
    }

    /**
     * Runs the layers from the tokens up to {@code last}.
     *
     * @return the residual stream there; with {@code last} at {@code attn_out}, the stream with attention added
     */
    NDArray run(NDArray ids, HookPoint last, Visitor visitor) {
        NDArray x = blocks.embed(ids);
        for (int layer = 0; layer <= last.layer(); layer++) {
            Site upTo = layer < last.layer() ? Site.RESID_POST : last.site();
            NDArray post;
            try (NDScope scope = new NDScope()) {
                post = layer(layer, x, upTo, visitor);
                NDScope.unregister(post);
                scope.suppressNotUsedWarning();
            }
            if (post != x) {
                x.close();
            }
            x = post;
        }
        return x;
    }

    private NDArray layer(int layer, NDArray x, Site upTo, Visitor visitor) {
        visitor.visit(layer, Site.RESID_PRE, x);
        if (upTo == Site.RESID_PRE) {
            return x;
        }
        NDArray attention = blocks.attention(layer, time(x)).apply(x);
        visitor.visit(layer, Site.ATTN_OUT, attention);
        NDArray mid = x.add(attention);
        if (!config.parallelResidual()) {
            visitor.visit(layer, Site.RESID_MID, mid);
        }
        if (upTo == Site.ATTN_OUT || upTo == Site.RESID_MID) {
            return mid;
        }
        NDArray mlp = blocks.mlp(layer).apply(config.parallelResidual() ? x : mid);
        visitor.visit(layer, Site.MLP_OUT, mlp);
        NDArray post = mid.add(mlp);
        visitor.visit(layer, Site.RESID_POST, post);
        return post;
    }

    private static int time(NDArray x) {
        return (int) x.getShape().get(1);
    }

    /**
     * Runs the layers from within one to the end.
     *
     * @param passed is handed each stream that a later layer has read, to keep or to close
     * @return the last stream, to be closed by the caller
     */
    NDArray runFrom(Entry entry, Consumer<NDArray> passed) {
        NDArray x = scoped(() -> leave(entry));
        for (int layer = entry.hook().layer() + 1; layer < config.layers(); layer++) {
            int current = layer;
            NDArray found = x;
            x = scoped(() -> through(current, found));
            passed.accept(found);
        }
        return x;
    }

    /** What the entry's layer leaves in the stream. */
    private NDArray leave(Entry entry) {
        int layer = entry.hook().layer();
        NDArray value = entry.value();
        return switch (entry.hook().site()) {
            case RESID_PRE -> through(layer, value);
            case ATTN_OUT -> withMlp(layer, entry.stream(), entry.stream().add(value));
            case RESID_MID -> withMlp(layer, value, value);
            case MLP_OUT -> entry.stream().add(value);
            case RESID_POST -> value.duplicate();
        };
    }

    private NDArray through(int layer, NDArray pre) {
        return withMlp(layer, pre, pre.add(blocks.attention(layer, time(pre)).apply(pre)));
    }

    private NDArray withMlp(int layer, NDArray pre, NDArray mid) {
        return mid.add(blocks.mlp(layer).apply(config.parallelResidual() ? pre : mid));
    }

    /**
     * The gradient with respect to the entry's value.
     *
     * @param passed what {@link #runFrom} handed over
     * @param upstream the gradient with respect to the last stream; is closed
     */
    NDArray gradient(Entry entry, List<NDArray> passed, NDArray upstream) {
        NDArray g = upstream;
        for (int layer = config.layers() - 1; layer > entry.hook().layer(); layer--) {
            int current = layer;
            NDArray post = g;
            NDArray pre = passed.get(layer - entry.hook().layer() - 1);
            g = scoped(() -> backThrough(current, pre, post));
            post.close();
        }
        NDArray left = g;
        NDArray gradient = scoped(() -> backTo(entry, left));
        left.close();
        return gradient;
    }

    private NDArray backTo(Entry entry, NDArray post) {
        int layer = entry.hook().layer();
        return switch (entry.hook().site()) {
            case RESID_PRE -> backThrough(layer, entry.value(), post);
            case ATTN_OUT ->
                config.parallelResidual()
                        ? post.duplicate()
                        : backThroughMlp(layer, entry.stream().add(entry.value()), post);
            case RESID_MID -> backThroughMlp(layer, entry.value(), post);
            case MLP_OUT, RESID_POST -> post.duplicate();
        };
    }

    private NDArray backThrough(int layer, NDArray pre, NDArray post) {
        Sublayer attention = blocks.attention(layer, time(pre));
        if (config.parallelResidual()) {
            return backThroughMlp(layer, pre, post).add(attention.gradient(pre, post));
        }
        NDArray mid = backThroughMlp(layer, pre.add(attention.apply(pre)), post);
        return mid.add(attention.gradient(pre, mid));
    }

    private NDArray backThroughMlp(int layer, NDArray read, NDArray post) {
        return post.add(blocks.mlp(layer).gradient(read, post));
    }

    /** Closes all that {@code work} makes but its result. */
    private static NDArray scoped(Supplier<NDArray> work) {
        try (NDScope scope = new NDScope()) {
            NDArray result = work.get();
            NDScope.unregister(result);
            scope.suppressNotUsedWarning();
            return result;
        }
    }
}
