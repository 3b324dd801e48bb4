package dev.sluice.producer.model;

/** The families of language models that Sluice runs, by the {@code model_type} of their {@code config.json}. */
public enum Architecture {
    GPT_NEOX("gpt_neox"),
    GPT2("gpt2");

    private final String modelType;

    Architecture(String modelType) {
        this.modelType = modelType;
    }

    public String modelType() {
        return modelType;
    }
}
