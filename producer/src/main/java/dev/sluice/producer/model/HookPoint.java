package dev.sluice.producer.model;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A place in the model whose activations can be read, by its TransformerLens name: {@code blocks.3.hook_mlp_out}. */
public record HookPoint(int layer, Site site) {
    private static final Pattern NAME = Pattern.compile("blocks\\.(\\d{1,9})\\.(\\w+)");

    /** Where in a layer; in the order in which the model computes them. */
    public enum Site {
        /** The residual stream as the layer finds it. */
        RESID_PRE("hook_resid_pre"),
        /** What attention adds to the residual stream. */
        ATTN_OUT("hook_attn_out"),
        /** The residual stream between attention and MLP; none where both read the same stream. */
        RESID_MID("hook_resid_mid"),
        /** What the MLP adds to the residual stream. */
        MLP_OUT("hook_mlp_out"),
        /** The residual stream as the layer leaves it. */
        RESID_POST("hook_resid_post");

        private final String hook;

        Site(String hook) {
            this.hook = hook;
        }

        public String hook() {
            return hook;
        }

        /** Whether its value is added to the residual stream, and not the stream itself. */
        public boolean isAdded() {
            return this == ATTN_OUT || this == MLP_OUT;
        }
    }

    public HookPoint {
        if (layer < 0) {
            throw new ModelException("the layer of a hook point must not be negative, got " + layer);
        }
    }

    /** The inverse of {@link #name()}. Whether a model has it, {@link LanguageModel#hookPoint} says. */
    public static HookPoint parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            for (Site site : Site.values()) {
                if (site.hook.equals(matcher.group(2))) {
                    return new HookPoint(Integer.parseInt(matcher.group(1)), site);
                }
            }
        }
        String sites = Arrays.stream(Site.values()).map(Site::hook).collect(Collectors.joining(", "));
        throw new ModelException("hook point must be blocks.<layer>.<one of " + sites + ">, got '" + name + "'");
    }

    public String name() {
        return "blocks." + layer + "." + site.hook;
    }

    @Override
    public String toString() {
        return name();
    }
}
