package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
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

    private final Weights weights;
    private final TorchProgram program;
    private final List<Sublayer> attention = new ArrayList<>();
    private final List<Sublayer> mlp = new ArrayList<>();
    private final Sublayer finalNorm;
    private final String unembedding;

    Gpt2Blocks(ModelConfig config, Weights weights, NDManager manager) {
        this.weights = weights;
        this.program = TorchProgram.load(manager, Gpt2Blocks.class, "shared.py", "gpt2.py");
        double epsilon = config.layerNormEpsilon();
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "h." + layer + ".";
            attention.add(new Sublayer(
                    program,
                    "attention",
                    config.heads(),
                    epsilon,
                    weights.weightsAndBiases(name + "ln_1", name + "attn.c_attn", name + "attn.c_proj")));
            mlp.add(new Sublayer(
                    program,
                    "mlp",
                    config.activation(),
                    epsilon,
                    weights.weightsAndBiases(name + "ln_2", name + "mlp.c_fc", name + "mlp.c_proj")));
        }
        this.finalNorm = new Sublayer(program, "final_norm", epsilon, weights.weightsAndBiases("ln_f"));
        this.unembedding = config.tiedEmbeddings() ? "wte.weight" : "lm_head.weight";
    }

    static ModelConfig config(ConfigReader json) {
        json.requireFlag("scale_attn_weights", true);
        json.requireFlag("scale_attn_by_inverse_layer_idx", false);
        json.requireFlag("add_cross_attention", false);
        int dModel = json.size("n_embd");
        ModelConfig.Sizes sizes = new ModelConfig.Sizes(
                json.size("vocab_size"),
                dModel,
                json.has("n_inner") ? json.size("n_inner") : 4 * dModel,
                json.size("n_layer"),
                json.size("n_head"),
                json.size("n_positions"));
        ModelConfig.Layer layer = new ModelConfig.Layer(
                json.number("layer_norm_epsilon", 1e-5), json.gelu("activation_function", "gelu_new"), false, 0, 0);
        boolean tied = json.flag("tie_word_embeddings", true);
        return new ModelConfig(
                Architecture.GPT2, sizes, layer, tied, json.token("bos_token_id"), json.token("eos_token_id"));
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
    public Sublayer attention(int layer, int time) {
        return attention.get(layer);
    }

    @Override
    public Sublayer mlp(int layer) {
        return mlp.get(layer);
    }

    @Override
    public Sublayer finalNorm() {
        return finalNorm;
    }

    @Override
    public NDArray unembedding() {
        return weights.get(unembedding);
    }

    @Override
    public void close() {
        program.close();
    }
}
