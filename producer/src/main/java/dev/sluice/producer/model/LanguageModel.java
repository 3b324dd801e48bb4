package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.model.HookPoint.Site;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.Tensor;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A language model from a Hugging Face folder, computed on its manager's device in float32, or with linear maps and
 * attention in bfloat16 (the residual stream and norms stay float32). One thread at a time: the compute thread.
 *
 * <p>Batches are sequences of token ids, of uneven length. A sequence's values depend neither on the tokens beside it
 * nor on the number of threads; the lengths beside it may change their last bits. {@link LengthBatches} makes batches.
 */
public final class LanguageModel implements AutoCloseable {
    private final ModelConfig config;
    private final HookPoints hooks;
    private final NDManager manager;
    private final Blocks blocks;
    private final Layers layers;
    private final LogitHead head;

    private LanguageModel(ModelConfig config, NDManager manager, Map<String, Tensor> checkpoint, Dtype dtype) {
        this.config = config;
        this.hooks = new HookPoints(config);
        this.manager = manager;
        Architecture architecture = config.architecture();
        this.blocks = architecture.blocks(
                config, Weights.load(checkpoint, architecture.layout(config), dtype, manager), manager);
        this.layers = new Layers(config, blocks);
        this.head = new LogitHead(manager, blocks.finalNorm(), blocks.unembedding());
    }

    /**
     * Loads {@code config.json} and {@code model.safetensors} (F32, F16 or BF16; whole, or sharded by an index).
     *
     * @param parent gives the device; what the model allocates is freed by {@link #close()}
     * @throws ModelException if anything is missing, unknown, of another shape than the configuration's, not finite
     * @throws dev.sluice.producer.tensor.SafetensorsException if a file of weights is not valid
     */
    public static LanguageModel open(Path folder, NDManager parent) {
        return open(folder, parent, Dtype.F32);
    }

    /** @param dtype of linear maps and attention, F32 or BF16, whatever the file's is */
    public static LanguageModel open(Path folder, NDManager parent, Dtype dtype) {
        ModelConfig config = ModelConfig.read(folder);
        Map<String, Tensor> checkpoint = CheckpointFiles.open(folder);
        NDManager manager = parent.newSubManager();
        try {
            return new LanguageModel(config, manager, checkpoint, dtype);
        } catch (ModelException e) {
            manager.close();
            throw new ModelException(folder + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    public ModelConfig config() {
        return config;
    }

    /** Every hook point that the model has. */
    public List<HookPoint> hookPoints() {
        return hooks.all();
    }

    /** The hook point of that TransformerLens name, or a {@link ModelException} that lists what there is. */
    public HookPoint hookPoint(String name) {
        return hooks.require(HookPoint.parse(name));
    }

    /**
     * The activations at {@code hooks}; the model runs no further than it must.
     *
     * @param owner gets the results
     * @param sequences token ids, at least one sequence, each of at least one token
     * @return by hook, in the order of {@code hooks}: float32 [sequences, longest, dModel]; whatever lies behind the end
     *     of a shorter sequence is meaningless
     */
    public Map<HookPoint, NDArray> activations(NDManager owner, int[][] sequences, Collection<HookPoint> hooks) {
        HookPoint last = this.hooks.last(hooks);
        TokenBatch batch = new TokenBatch(sequences, config);
        Map<HookPoint, NDArray> kept = new HashMap<>();
        try (NDManager scratch = manager.newSubManager()) {
            layers.run(batch.ids(scratch), last, (layer, site, value) -> {
                HookPoint hook = new HookPoint(layer, site);
                if (hooks.contains(hook)) {
                    kept.put(hook, Layers.keep(owner, batch.withoutFill(value)));
                }
            });
        }
        Map<HookPoint, NDArray> inOrder = new LinkedHashMap<>();
        hooks.forEach(hook -> inOrder.put(hook, kept.get(hook)));
        return inOrder;
    }

    /** As {@link #activations}, for one hook point. */
    public NDArray activations(NDManager owner, int[][] sequences, HookPoint hook) {
        return activations(owner, sequences, List.of(hook)).values().iterator().next();
    }

    /** What the model predicts after each token; the caller closes it. */
    public Predictions predict(int[][] sequences) {
        TokenBatch batch = new TokenBatch(sequences, config);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray last = layers.run(batch.ids(scratch), hooks.end(), (layer, site, value) -> {});
            return new Predictions(head, batch, Layers.keep(manager, head.normed(last)));
        }
    }

    /** {@link Predictions#logits} of the model itself. */
    public NDArray logits(NDManager owner, int[][] sequences) {
        try (Predictions predictions = predict(sequences)) {
            return predictions.logits(owner);
        }
    }

    /** {@link Predictions#nll} of the model itself. */
    public float[][] nll(int[][] sequences) {
        try (Predictions predictions = predict(sequences)) {
            return predictions.nll();
        }
    }

    /**
     * The residual stream that the value at {@code hook} is added to: for {@code attn_out} that which the layer finds, for
     * {@code mlp_out} the same with attention added.
     *
     * @return float32 [sequences, longest, dModel]; whatever lies behind the end of a shorter sequence is meaningless
     * @throws ModelException if the hook point is the residual stream itself, which has nothing beside it
     */
    public NDArray beside(NDManager owner, HookPoint hook, int[][] sequences) {
        requireAdded(hooks.require(hook));
        TokenBatch batch = new TokenBatch(sequences, config);
        Site upTo = hook.site() == Site.ATTN_OUT ? Site.RESID_PRE : Site.ATTN_OUT;
        try (NDManager scratch = manager.newSubManager()) {
            HookPoint last = new HookPoint(hook.layer(), upTo);
            NDArray stream = layers.run(batch.ids(scratch), last, (layer, site, value) -> {});
            return Layers.keep(owner, batch.withoutFill(stream));
        }
    }

    /**
     * The model from {@code hook} on, with {@code activations} there. For {@code attn_out} and {@code mlp_out} the
     * {@linkplain #beside residual stream beside them} is computed from the tokens.
     *
     * @param activations float32 [sequences, longest, dModel], copied; what lies behind a sequence's end is not read
     * @throws ModelException if the model has no such hook point, or the activations are of another shape
     */
    public Continuation continueFrom(HookPoint hook, NDArray activations, int[][] sequences) {
        if (!hooks.require(hook).site().isAdded()) {
            return continuation(hook, activations, null, sequences);
        }
        try (NDManager scratch = manager.newSubManager()) {
            return continuation(hook, activations, beside(scratch, hook, sequences), sequences);
        }
    }

    /**
     * As {@link #continueFrom(HookPoint, NDArray, int[][])}, for several continuations of the same sequences.
     *
     * @param beside what {@link #beside} gives, copied
     */
    public Continuation continueFrom(HookPoint hook, NDArray activations, NDArray beside, int[][] sequences) {
        requireAdded(hooks.require(hook));
        return continuation(hook, activations, beside, sequences);
    }

    private static void requireAdded(HookPoint hook) {
        if (!hook.site().isAdded()) {
            throw new ModelException(
                    "only hook_attn_out and hook_mlp_out have a residual stream beside them, got '" + hook + "'");
        }
    }

    private Continuation continuation(
            HookPoint hook, NDArray activations, @Nullable NDArray beside, int[][] sequences) {
        TokenBatch batch = new TokenBatch(sequences, config);
        NDManager own = manager.newSubManager();
        try {
            NDArray value = batch.rectangle(own, "activations", activations, config.dModel());
            NDArray stream =
                    beside == null ? null : batch.rectangle(own, "what stands beside", beside, config.dModel());
            return new Continuation(layers, head, own, batch, new Entry(hook, value, stream));
        } catch (RuntimeException e) {
            own.close();
            throw e;
        }
    }

    @Override
    public void close() {
        head.close();
        blocks.close();
        manager.close();
    }
}
