package dev.sluice.evaluator.truth;

import dev.sluice.producer.synthetic.SyntheticSource;
import dev.sluice.producer.synthetic.SyntheticSpec;
import java.util.stream.Stream;

/** The features of a synthetic stream. */
final class Truth {
    private final SyntheticSource source;
    private final float[] directions;
    private final double[] mean;

    Truth(SyntheticSpec spec) {
        this.source = new SyntheticSource(spec);
        float[][] features = source.directions();
        float[] all = new float[spec.features() * spec.width()];
        for (int g = 0; g < features.length; g++) {
            System.arraycopy(features[g], 0, all, g * spec.width(), spec.width());
        }
        this.directions = Writing.normalised(all, spec.width());
        this.mean = source.mean();
    }

    int features() {
        return source.spec().features();
    }

    int width() {
        return source.spec().width();
    }

    /** Unit directions, [g, d]. */
    float[] directions() {
        return directions;
    }

    /** Of the rows, [d]. */
    double[] mean() {
        return mean;
    }

    /** The active features of rows of the source, in their order. */
    int[][] supports(Stream<Long> rows) {
        return rows.parallel().map(source::support).toArray(int[][]::new);
    }
}
