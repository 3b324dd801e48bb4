package dev.sluice.trainer.dictionary;

import dev.sluice.trainer.dictionary.sae.SaeWeights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What an SAE makes of rows, by plain loops in double: the oracle of everything that infers. */
public final class PlainInference {
    private final SaeWeights weights;

    public PlainInference(SaeWeights weights) {
        this.weights = weights;
    }

    /** f and x̂ of one row, raw units. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Row(double[] codes, double[] reconstructed) {}

    /** All rows of [rows, d]. */
    public List<Row> rows(float[] x) {
        List<Row> rows = new ArrayList<>();
        for (int from = 0; from < x.length; from += weights.width()) {
            double[] row = new double[weights.width()];
            for (int i = 0; i < row.length; i++) {
                row[i] = x[from + i];
            }
            rows.add(row(row));
        }
        return rows;
    }

    private Row row(double[] raw) {
        double shift = weights.normalisation().equals("layer-norm") ? mean(raw) : 0;
        double factor = factor(raw, shift);
        double[] x = new double[raw.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = (raw[i] - shift) / factor;
        }
        double[] codes = codes(x);
        double[] reconstructed = decode(codes);
        for (int i = 0; i < x.length; i++) {
            reconstructed[i] = reconstructed[i] * factor + shift;
        }
        return new Row(codes, reconstructed);
    }

    private double factor(double[] raw, double shift) {
        double squares = 0;
        for (double value : raw) {
            squares += (value - shift) * (value - shift);
        }
        return switch (weights.normalisation()) {
            case "layer-norm" -> Math.sqrt(squares / (raw.length - 1)) + 1e-5;
            case "constant-norm-rescale" -> Math.sqrt(squares) / Math.sqrt(raw.length);
            default -> 1;
        };
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private double[] codes(double[] x) {
        double[] products = new double[weights.latents()];
        float[] encoder = weights.tensor(SaeWeights.ENCODER);
        float[] bias = weights.tensor(SaeWeights.DECODER_BIAS);
        for (int j = 0; j < products.length; j++) {
            for (int i = 0; i < x.length; i++) {
                products[j] += (x[i] - (weights.centresInput() ? bias[i] : 0)) * encoder[j * x.length + i];
            }
        }
        return switch (weights.architecture()) {
            case STANDARD -> relu(biased(products));
            case TOPK -> largest(biased(products));
            case JUMP_RELU -> above(biased(products));
            case GATED -> gated(products);
        };
    }

    private double[] biased(double[] products) {
        float[] bias = weights.tensor(SaeWeights.ENCODER_BIAS);
        for (int j = 0; j < products.length; j++) {
            products[j] += bias[j];
        }
        return products;
    }

    private static double[] relu(double[] values) {
        for (int j = 0; j < values.length; j++) {
            values[j] = Math.max(0, values[j]);
        }
        return values;
    }

    private double[] largest(double[] values) {
        double[] norms = SaeWeights.norms(weights.tensor(SaeWeights.DECODER), weights.latents());
        List<Integer> order = new ArrayList<>();
        for (int j = 0; j < values.length; j++) {
            order.add(j);
        }
        order.sort(Comparator.comparingDouble(j -> -values[j] * (weights.selectsByNorm() ? norms[j] : 1)));
        double[] kept = new double[values.length];
        order.subList(0, weights.k()).forEach(j -> kept[j] = Math.max(0, values[j]));
        return kept;
    }

    private double[] above(double[] values) {
        float[] thresholds = weights.tensor(SaeWeights.THRESHOLD);
        for (int j = 0; j < values.length; j++) {
            values[j] = values[j] > thresholds[j] ? Math.max(0, values[j]) : 0;
        }
        return values;
    }

    private double[] gated(double[] products) {
        float[] gate = weights.tensor(SaeWeights.GATE_BIAS);
        float[] magnitude = weights.tensor(SaeWeights.MAGNITUDE_BIAS);
        float[] scale = weights.tensor(SaeWeights.LOG_SCALE);
        double[] codes = new double[products.length];
        for (int j = 0; j < codes.length; j++) {
            if (products[j] + gate[j] > 0) {
                codes[j] = Math.max(0, products[j] * Math.exp(scale[j]) + magnitude[j]);
            }
        }
        return codes;
    }

    private double[] decode(double[] codes) {
        float[] decoder = weights.tensor(SaeWeights.DECODER);
        float[] bias = weights.tensor(SaeWeights.DECODER_BIAS);
        double[] x = new double[bias.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = bias[i];
            for (int j = 0; j < codes.length; j++) {
                x[i] += codes[j] * decoder[j * x.length + i];
            }
        }
        return x;
    }
}
