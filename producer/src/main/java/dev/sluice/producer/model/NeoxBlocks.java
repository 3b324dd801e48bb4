package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.engine.TorchProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** GPT-NeoX: rotary positions, biases everywhere, attention and MLP in parallel or in sequence. */
final class NeoxBlocks implements Blocks {
    private static final Pattern OLD_BUFFERS =
            Pattern.compile("layers\\.\\d+\\.attention\\.(bias|masked_bias|rotary_emb\\.inv_freq)");

    private final ModelConfig config;
    private final Weights weights;
    private final TorchProgram program;
    private final RotaryTables rotary;
    private final List<NDList> attention = new ArrayList<>();
    private final List<Sublayer> mlp = new ArrayList<>();

    NeoxBlocks(ModelConfig config, Weights weights, NDManager manager) {
        this.config = config;
        this.weights = weights;
        this.program = TorchProgram.load(manager, NeoxBlocks.class, "shared.py", "gpt_neox.py");
        this.rotary = new RotaryTables(
                manager, config.layer().rotaryDimensions(), config.layer().rotaryBase());
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "layers." + layer + ".";
            attention.add(weights.weightsAndBiases(
                    name + "input_layernorm", name + "attention.query_key_value", name + "attention.dense"));
            NDList mlpWeights = weights.weightsAndBiases(
                    name + "post_attention_layernorm", name + "mlp.dense_h_to_4h", name + "mlp.dense_4h_to_h");
            mlp.add(new Sublayer(program, "mlp", config.activation(), config.layerNormEpsilon(), mlpWeights));
        }
    }

    static ModelConfig config(ConfigReader json) {
        json.requireFlag("attention_bias", true);
        JsonNode rope = json.node("rope_parameters");
        json.requireDefaultRope(rope, "rope_type");
        json.requireDefaultRope(json.node("rope_scaling"), "type");
        ModelConfig.Sizes sizes = new ModelConfig.Sizes(
                json.size("vocab_size"),
                json.size("hidden_size"),
                json.size("intermediate_size"),
                json.size("num_hidden_layers"),
                json.size("num_attention_heads"),
                json.size("max_position_embeddings"));
        double rotaryPart = json.number(rope, "partial_rotary_factor", json.number("rotary_pct", 0.25));
        ModelConfig.Layer layer = new ModelConfig.Layer(
                json.number("layer_norm_eps", 1e-5),
                json.gelu("hidden_act", "gelu"),
                json.flag("use_parallel_residual", true),
                (int) (sizes.headWidth() * rotaryPart),
                json.number(rope, "rope_theta", json.number("rotary_emb_base", 10_000)));
        boolean tied = json.flag("tie_word_embeddings", false);
        return new ModelConfig(
                Architecture.GPT_NEOX, sizes, layer, tied, json.token("bos_token_id"), json.token("eos_token_id"));
    }

    static Weights.Layout layout(ModelConfig config) {
        long width = config.dModel();
        Weights.Layout layout = new Weights.Layout("gpt_neox.", OLD_BUFFERS);
        layout.add("embed_in.weight", config.vocabulary(), width);
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "layers." + layer + ".";
            layout.addNorm(name + "input_layernorm", width);
            layout.addNorm(name + "post_attention_layernorm", width);
            layout.addLinear(name + "attention.query_key_value", 3 * width, 3 * width, width);
            layout.addLinear(name + "attention.dense", width, width, width);
            layout.addLinear(name + "mlp.dense_h_to_4h", config.dMlp(), config.dMlp(), width);
            layout.addLinear(name + "mlp.dense_4h_to_h", width, width, config.dMlp());
        }
        layout.addNorm("final_layer_norm", width);
        if (!config.tiedEmbeddings()) {
            layout.add("embed_out.weight", config.vocabulary(), width);
            layout.alias("lm_head.weight", "embed_out.weight");
        }
        return layout;
    }

    @Override
    public NDArray embed(NDArray ids) {
        return program.callForOne("embed", ids, weights.get("embed_in.weight"));
    }

    @Override
    public Sublayer attention(int layer, int time) {
        NDList tables = rotary.upTo(time);
        Object[] settings = {
            config.heads(), config.layerNormEpsilon(), tables.get(0), tables.get(1), attention.get(layer)
        };
        return new Sublayer(program, "attention", settings);
    }

    @Override
    public Sublayer mlp(int layer) {
        return mlp.get(layer);
    }

    @Override
    public Sublayer finalNorm() {
        return new Sublayer(
                program, "final_norm", config.layerNormEpsilon(), weights.weightsAndBiases("final_layer_norm"));
    }

    @Override
    public NDArray unembedding() {
        return weights.get(config.tiedEmbeddings() ? "embed_in.weight" : "embed_out.weight");
    }

    @Override
    public void close() {
        program.close();
    }
}
