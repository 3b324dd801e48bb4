package dev.sluice.producer.model;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The families of language models that Sluice runs, by the {@code model_type} of their {@code config.json}. */
@SuppressWarnings("ImmutableEnumChecker") // the functions are references to static methods and constructors
public enum Architecture {
    GPT_NEOX("gpt_neox", NeoxBlocks::config, NeoxBlocks::layout, NeoxBlocks::new),
    GPT2("gpt2", Gpt2Blocks::config, Gpt2Blocks::layout, Gpt2Blocks::new);

    private final String modelType;
    private final Function<ConfigReader, ModelConfig> config;
    private final Function<ModelConfig, Weights.Layout> layout;
    private final BlocksFactory blocks;

    /** Makes the computation of a model from its loaded weights, on the manager's device. */
    private interface BlocksFactory {
        Blocks make(ModelConfig config, Weights weights, NDManager manager);
    }

    Architecture(
            String modelType,
            Function<ConfigReader, ModelConfig> config,
            Function<ModelConfig, Weights.Layout> layout,
            BlocksFactory blocks) {
        this.modelType = modelType;
        this.config = config;
        this.layout = layout;
        this.blocks = blocks;
    }

    public String modelType() {
        return modelType;
    }

    static Optional<Architecture> ofType(String modelType) {
        return Arrays.stream(values())
                .filter(architecture -> architecture.modelType.equals(modelType))
                .findFirst();
    }

    /** All model types, for messages. */
    static String types() {
        return Arrays.stream(values()).map(Architecture::modelType).collect(Collectors.joining(", "));
    }

    ModelConfig config(ConfigReader json) {
        return config.apply(json);
    }

    Weights.Layout layout(ModelConfig of) {
        return layout.apply(of);
    }

    Blocks blocks(ModelConfig of, Weights weights, NDManager manager) {
        return blocks.make(of, weights, manager);
    }
}
