package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.sluice.producer.engine.TorchProgram;
import dev.sluice.producer.model.HookPoint.Site;
import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A language model from a Hugging Face folder, computed on its manager's device in float32, or with linear maps and
 * attention in bfloat16 (the residual stream and norms stay float32). One thread at a time: the compute thread.
 *
 * <p>Batches are sequences of token ids, of uneven length. A sequence's values depend neither on the tokens beside it
 * nor on the number of threads; the lengths beside it may change their last bits. {@link LengthBatches} makes batches.
 */
public final class LanguageModel implements AutoCloseable {
    private static final long MAX_LOGITS = Integer.MAX_VALUE / Float.BYTES;
    private static final int LOSS_ROWS = 256;

    private final ModelConfig config;
    private final NDManager manager;
    private final Blocks blocks;
    private final TorchProgram unembedding;

    /** Is shown every value of a layer as it is computed, [rows, time, width]; it is closed afterwards. */
    private interface Visitor {
        void visit(int layer, Site site, NDArray value);
    }

    private LanguageModel(ModelConfig config, NDManager manager, Map<String, Tensor> checkpoint, Dtype dtype) {
        this.config = config;
        this.manager = manager;
        this.blocks = switch (config.architecture()) {
            case GPT_NEOX ->
                new NeoxBlocks(config, Weights.load(checkpoint, NeoxBlocks.layout(config), dtype, manager), manager);
            case GPT2 ->
                new Gpt2Blocks(config, Weights.load(checkpoint, Gpt2Blocks.layout(config), dtype, manager), manager);
        };
        this.unembedding = TorchProgram.load(manager, LanguageModel.class, "unembedding.py");
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
        List<HookPoint> all = new ArrayList<>();
        for (int layer = 0; layer < config.layers(); layer++) {
            for (Site site : sites()) {
                all.add(new HookPoint(layer, site));
            }
        }
        return all;
    }

    /** The hook point of that TransformerLens name, or a {@link ModelException} that lists what there is. */
    public HookPoint hookPoint(String name) {
        HookPoint hook = HookPoint.parse(name);
        requireHook(hook);
        return hook;
    }

    private List<Site> sites() {
        List<Site> sites = new ArrayList<>(List.of(Site.values()));
        if (config.parallelResidual()) {
            sites.remove(Site.RESID_MID);
        }
        return sites;
    }

    private void requireHook(HookPoint hook) {
        if (hook.layer() >= config.layers() || !sites().contains(hook.site())) {
            throw new ModelException("hook point must be blocks.<0.." + (config.layers() - 1) + ">.<one of "
                    + String.join(", ", sites().stream().map(Site::hook).toList()) + ">, got '" + hook.name() + "'");
        }
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
        if (hooks.isEmpty()) {
            throw new ModelException("at least one hook point must be asked for");
        }
        hooks.forEach(this::requireHook);
        HookPoint last = hooks.stream()
                .max((a, b) -> a.layer() != b.layer()
                        ? a.layer() - b.layer()
                        : a.site().compareTo(b.site()))
                .orElseThrow();
        TokenBatch batch = new TokenBatch(sequences, config);
        Map<HookPoint, NDArray> kept = new LinkedHashMap<>();
        try (NDManager scratch = manager.newSubManager()) {
            forward(batch.ids(scratch), last, (layer, site, value) -> {
                HookPoint hook = new HookPoint(layer, site);
                if (hooks.contains(hook)) {
                    kept.put(hook, keep(owner, value.get("0:" + batch.size())));
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

    private static NDArray keep(NDManager owner, NDArray value) {
        NDScope.unregister(value);
        value.attach(owner);
        return value;
    }

    /** Runs the layers up to {@code last} and returns the residual stream behind the last whole layer. */
    private NDArray forward(NDArray ids, HookPoint last, Visitor visitor) {
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
        NDArray attention = blocks.attention(layer, x);
        visitor.visit(layer, Site.ATTN_OUT, attention);
        NDArray mid = x.add(attention);
        if (!config.parallelResidual()) {
            visitor.visit(layer, Site.RESID_MID, mid);
        }
        if (upTo == Site.ATTN_OUT || upTo == Site.RESID_MID) {
            return mid;
        }
        NDArray mlp = blocks.mlp(layer, config.parallelResidual() ? x : mid);
        visitor.visit(layer, Site.MLP_OUT, mlp);
        NDArray post = mid.add(mlp);
        visitor.visit(layer, Site.RESID_POST, post);
        return post;
    }

    /**
     * Logits of the next token, float32 [sequences, longest, vocabulary]; refused above 2 GiB.
     *
     * @param owner gets the result
     */
    public NDArray logits(NDManager owner, int[][] sequences) {
        TokenBatch batch = new TokenBatch(sequences, config);
        long size = (long) sequences.length * batch.time() * config.vocabulary();
        if (size > MAX_LOGITS) {
            throw new ModelException("logits must have at most " + MAX_LOGITS + " elements, got " + size);
        }
        try (NDManager scratch = manager.newSubManager()) {
            NDArray flat = unembedding.callForOne("logits", normed(batch, scratch), blocks.unembedding());
            NDArray cube = flat.reshape(-1, batch.time(), config.vocabulary());
            return keep(owner, cube.get("0:" + batch.size()));
        }
    }

    /** What the unembedding reads: the last residual stream after the last norm, [sequences, longest, width]. */
    NDArray finalNorm(NDManager owner, int[][] sequences) {
        TokenBatch batch = new TokenBatch(sequences, config);
        try (NDManager scratch = manager.newSubManager()) {
            NDArray cube = normed(batch, scratch).reshape(-1, batch.time(), config.dModel());
            return keep(owner, cube.get("0:" + batch.size()));
        }
    }

    /** [rows * time, width]. */
    private NDArray normed(TokenBatch batch, NDManager scratch) {
        HookPoint end = new HookPoint(config.layers() - 1, Site.RESID_POST);
        NDArray x = forward(batch.ids(scratch), end, (layer, site, value) -> {});
        NDList norm = blocks.finalNorm();
        return unembedding.callForOne(
                "final_norm",
                x.reshape(new Shape(-1, config.dModel())),
                config.layerNormEpsilon(),
                norm.get(0),
                norm.get(1));
    }

    /**
     * Negative log likelihood of each token but the first, given those before it, in nats.
     *
     * @return for each sequence one value fewer than it has tokens: the first is of its second token
     */
    public float[][] nll(int[][] sequences) {
        TokenBatch batch = new TokenBatch(sequences, config);
        float[] flat;
        try (NDManager scratch = manager.newSubManager()) {
            flat = losses(normed(batch, scratch), batch.nextIds(scratch).flatten());
        }
        float[][] losses = new float[batch.size()][];
        for (int i = 0; i < losses.length; i++) {
            losses[i] = new float[sequences[i].length - 1];
            System.arraycopy(flat, i * batch.time(), losses[i], 0, losses[i].length);
        }
        return losses;
    }

    /** In blocks of rows, since the logits of a whole batch are large; no block is smaller than a product may be. */
    private float[] losses(NDArray normed, NDArray targets) {
        int rows = (int) normed.getShape().get(0);
        float[] losses = new float[rows];
        for (int start = 0; start < rows; ) {
            int end = rows - start < LOSS_ROWS + TokenBatch.MIN_ROWS ? rows : start + LOSS_ROWS;
            String range = start + ":" + end;
            try (NDScope scope = new NDScope()) {
                NDArray block =
                        unembedding.callForOne("nll", normed.get(range), targets.get(range), blocks.unembedding());
                System.arraycopy(block.toFloatArray(), 0, losses, start, end - start);
                scope.suppressNotUsedWarning();
            }
            start = end;
        }
        return losses;
    }

    @Override
    public void close() {
        unembedding.close();
        blocks.close();
        manager.close();
    }
}
