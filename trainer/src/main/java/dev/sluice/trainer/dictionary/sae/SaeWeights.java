package dev.sluice.trainer.dictionary.sae;

import dev.sluice.producer.hash.Sha256;
import dev.sluice.trainer.dictionary.sae.relu.GatedSae;
import dev.sluice.trainer.dictionary.sae.relu.JumpReluSae;
import dev.sluice.trainer.kernel.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The weights of an SAE that is not trained any more, in units of its input: what other libraries read and write. Which
 * tensors there are, the architecture says; vectors have n elements but for the decoder's bias, which has d.
 *
 * @param rule of inference
 * @param width d
 * @param latents n
 * @param tensors float32 by name, row-major, encoder and decoder [n, d]; not to be changed
 */
public record SaeWeights(Rule rule, int width, int latents, Map<String, float[]> tensors) {
    /**
     * How codes follow from a row.
     *
     * @param architecture of encoder and activation
     * @param k latents per row, of {@link Architecture#TOPK}
     * @param selectsByNorm whether the k are the largest by pre-activation times ‖w_j‖
     * @param centresInput whether the encoder sees x - b_dec
     * @param normalisation of each row: {@code none}, {@code layer-norm} or {@code constant-norm-rescale}
     */
    public record Rule(
            Architecture architecture, int k, boolean selectsByNorm, boolean centresInput, String normalisation) {
        Rule selecting(boolean byNorm) {
            return new Rule(architecture, k, byNorm, centresInput, normalisation);
        }
    }

    public static final String ENCODER = Parameters.ENCODER;
    public static final String ENCODER_BIAS = Parameters.ENCODER_BIAS;
    public static final String DECODER = Parameters.DECODER;
    public static final String DECODER_BIAS = Parameters.DECODER_BIAS;
    public static final String THRESHOLD = JumpReluSae.THRESHOLD;
    public static final String GATE_BIAS = GatedSae.GATE_BIAS;
    public static final String MAGNITUDE_BIAS = GatedSae.MAGNITUDE_BIAS;
    public static final String LOG_SCALE = GatedSae.LOG_SCALE;

    /** How codes follow from pre-activations. */
    public enum Architecture {
        STANDARD,
        TOPK,
        JUMP_RELU,
        GATED;

        /** As specs have it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The names of architectures in specs. */
    public static List<String> architectures() {
        return Arrays.stream(Architecture.values())
                .map(Architecture::word)
                .sorted()
                .toList();
    }

    public static Architecture architecture(String word) {
        return Arrays.stream(Architecture.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "architecture must be one of " + architectures() + ", got " + word));
    }

    /** The tensors of an architecture. */
    public static List<String> names(Architecture architecture) {
        return switch (architecture) {
            case STANDARD, TOPK -> List.of(ENCODER, ENCODER_BIAS, DECODER, DECODER_BIAS);
            case JUMP_RELU -> List.of(ENCODER, ENCODER_BIAS, DECODER, DECODER_BIAS, THRESHOLD);
            case GATED -> List.of(ENCODER, GATE_BIAS, MAGNITUDE_BIAS, LOG_SCALE, DECODER, DECODER_BIAS);
        };
    }

    public SaeWeights {
        tensors = Map.copyOf(tensors);
    }

    public Architecture architecture() {
        return rule.architecture();
    }

    public int k() {
        return rule.k();
    }

    public boolean selectsByNorm() {
        return rule.selectsByNorm();
    }

    public boolean centresInput() {
        return rule.centresInput();
    }

    public String normalisation() {
        return rule.normalisation();
    }

    public float[] tensor(String name) {
        float[] tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException(
                    "tensor must be one of " + new TreeMap<>(tensors).keySet() + ", got " + name);
        }
        return tensor;
    }

    /** The shape of each tensor, in the order in which a checkpoint has them. */
    public Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (String name : names(architecture())) {
            int length = tensor(name).length;
            boolean isMatrix = name.equals(ENCODER) || name.equals(DECODER);
            shapes.put(name, isMatrix ? new long[] {latents, width} : new long[] {length});
        }
        return shapes;
    }

    /** Of the values of all tensors, in order. */
    public String sha256() {
        MessageDigest digest = Sha256.start();
        for (String name : names(architecture())) {
            float[] values = tensor(name);
            ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            digest.update(bytes);
        }
        return Sha256.finish(digest);
    }

    /**
     * The same SAE for input that is not multiplied by {@code factor} before: W_enc s, W_dec / s, b_dec / s
     * (MATHEMATICS.md, "Normalisation").
     */
    public SaeWeights withInputFactor(double factor) {
        Map<String, float[]> scaled = new TreeMap<>(tensors);
        scaled.put(ENCODER, scaled(tensor(ENCODER), factor));
        scaled.put(DECODER, scaled(tensor(DECODER), 1 / factor));
        scaled.put(DECODER_BIAS, scaled(tensor(DECODER_BIAS), 1 / factor));
        return with(scaled, selectsByNorm());
    }

    private static float[] scaled(float[] values, double factor) {
        float[] scaled = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            scaled[i] = (float) (values[i] * factor);
        }
        return scaled;
    }

    /**
     * The same reconstructions with ‖w_j‖ = 1: each latent's pre-activation and threshold are multiplied by its norm, its
     * atom divided by it (MATHEMATICS.md, "Decoder norms"). Selection by pre-activation times norm becomes plain
     * selection; where TopK selects by pre-activation alone it would change, so nothing is folded there.
     */
    public SaeWeights withNormsFolded() {
        if (architecture() == Architecture.TOPK && !selectsByNorm()) {
            return this;
        }
        double[] norms = norms(tensor(DECODER), latents);
        Map<String, float[]> folded = new TreeMap<>(tensors);
        for (String vector : new String[] {ENCODER_BIAS, THRESHOLD, GATE_BIAS, MAGNITUDE_BIAS}) {
            folded.computeIfPresent(vector, (name, values) -> byLatent(values, norms, false));
        }
        folded.put(ENCODER, byLatent(tensor(ENCODER), norms, false));
        folded.put(DECODER, byLatent(tensor(DECODER), norms, true));
        return with(folded, false);
    }

    /** ‖w_j‖ of [n, d], at least 1e-8. */
    public static double[] norms(float[] decoder, int latents) {
        int width = decoder.length / latents;
        double[] norms = new double[latents];
        for (int latent = 0; latent < latents; latent++) {
            double squares = 0;
            for (int i = latent * width; i < (latent + 1) * width; i++) {
                squares += (double) decoder[i] * decoder[i];
            }
            norms[latent] = Math.max(Math.sqrt(squares), Rows.LEAST_NORM);
        }
        return norms;
    }

    /** Values [n] or [n, d], those of each latent multiplied or divided by its norm. */
    public static float[] byLatent(float[] values, double[] norms, boolean divide) {
        int each = values.length / norms.length;
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            double norm = norms[i / each];
            result[i] = (float) (divide ? values[i] / norm : values[i] * norm);
        }
        return result;
    }

    private SaeWeights with(Map<String, float[]> others, boolean byNorm) {
        return new SaeWeights(rule.selecting(byNorm), width, latents, others);
    }
}
