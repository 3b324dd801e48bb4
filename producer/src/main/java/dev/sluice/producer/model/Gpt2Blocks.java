package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import dev.sluice.producer.engine.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** GPT-2: learned positions, attention then MLP, weights stored [in, out]. */
final class Gpt2Blocks implements Blocks {
    private static final Pattern OLD_BUFFERS = Pattern.compile("h\\.\\d+\\.attn\\.(bias|masked_bias)");
    private static final Pattern OLD_BUFFERS_AND_TIED_HEAD =
            Pattern.compile(OLD_BUFFERS.pattern() + "|lm_head\\.weight");

    private final ModelConfig config;
    private final Weights weights;
    private final TorchProgram program;
    private final List<NDList> attention = new ArrayList<>();
    private final List<NDList> mlp = new ArrayList<>();

    Gpt2Blocks(ModelConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
        this.program = TorchProgram.load(manager, Gpt2Blocks.class, "gpt2.py");
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "h." + layer + ".";
            attention.add(weights.weightsAndBiases(name + "ln_1", name + "attn.c_attn", name + "attn.c_proj"));
            mlp.add(weights.weightsAndBiases(name + "ln_2", name + "mlp.c_fc", name + "mlp.c_proj"));
        }
    }

    static Weights.Layout layout(ModelConfig config) {
        long width = config.dModel();
        Weights.Layout layout =
                new Weights.Layout("transformer.", config.tiedEmbeddings() ? OLD_BUFFERS_AND_TIED_HEAD : OLD_BUFFERS);
        layout.add("wte.weight", config.vocabulary(), width);
        layout.add("wpe.weight", config.maxPositions(), width);
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "h." + layer + ".";
            layout.addNorm(name + "ln_1", width);
            layout.addNorm(name + "ln_2", width);
            layout.addLinear(name + "attn.c_attn", 3 * width, width, 3 * width);
            layout.addLinear(name + "attn.c_proj", width, width, width);
            layout.addLinear(name + "mlp.c_fc", config.dMlp(), width, config.dMlp());
            layout.addLinear(name + "mlp.c_proj", width, config.dMlp(), width);
        }
        layout.addNorm("ln_f", width);
        if (!config.tiedEmbeddings()) {
            layout.add("lm_head.weight", config.vocabulary(), width);
        }
        return layout;
    }

    @Override
    public NDArray embed(NDArray ids) {
        return program.callForOne("embed", ids, weights.get("wte.weight"), weights.get("wpe.weight"));
    }

    @Override
    public NDArray attention(int layer, NDArray x) {
        return program.callForOne("attention", x, config.heads(), config.layerNormEpsilon(), attention.get(layer));
    }

    @Override
    public NDArray mlp(int layer, NDArray x) {
        return program.callForOne("mlp", x, config.activation(), config.layerNormEpsilon(), mlp.get(layer));
    }

    @Override
    public NDList finalNorm() {
        return weights.weightsAndBiases("ln_f");
    }

    @Override
    public NDArray unembedding() {
        return weights.get(config.tiedEmbeddings() ? "wte.weight" : "lm_head.weight");
    }

    @Override
    public void close() {
        program.close();
    }
}
