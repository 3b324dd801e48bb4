package dev.sluice.evaluator.truth;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The cosines between g true features and m write directions, as far as they are needed.
 *
 * @param feature the best direction of each feature, [g]
 * @param direction the best feature of each direction, [m]
 * @param pairs which direction is assigned to each feature
 */
record Match(Nearest feature, Nearest direction, Pairs pairs) {
    /** Of features or of directions: more make the assignment too slow. */
    static final int MOST_ASSIGNED = 4_096;

    private static final int TILE_ELEMENTS = 1 << 22;
    /** The fewest rows of a product whose bits do not depend on threads. */
    private static final int LEAST_ROWS = 16;

    /** The nearest of others to each of some vectors. */
    static final class Nearest {
        private final int[] number;
        private final float[] cosine;

        Nearest(int count) {
            this.number = new int[count];
            this.cosine = new float[count];
            Arrays.fill(cosine, Float.NEGATIVE_INFINITY);
        }

        /** Numbers of the nearest. */
        int[] number() {
            return number;
        }

        /** Cosines with them. */
        float[] cosine() {
            return cosine;
        }

        void offer(int vector, int other, float value) {
            if (value > cosine[vector]) {
                cosine[vector] = value;
                number[vector] = other;
            }
        }
    }

    /** Features and directions, each at most once. */
    static final class Pairs {
        static final String HUNGARIAN = "hungarian";
        static final String MUTUAL_BEST = "mutual-best";

        private final int[] direction;
        private final float[] cosine;
        private final String rule;

        private Pairs(int[] direction, float[] cosine, String rule) {
            this.direction = direction;
            this.cosine = cosine;
            this.rule = rule;
        }

        /** Of each feature, [g]; -1 for none. */
        int[] direction() {
            return direction;
        }

        /** How they were paired. */
        String rule() {
            return rule;
        }

        int count() {
            return (int) Arrays.stream(direction).filter(j -> j >= 0).count();
        }

        /** Mean cosine of the pairs: the mean correlation coefficient, MCC. */
        double meanCosine() {
            return IntStream.range(0, direction.length)
                    .filter(g -> direction[g] >= 0)
                    .mapToDouble(g -> cosine[g])
                    .average()
                    .orElse(0);
        }
    }

    /**
     * Computes all cosines, some features at a time. On the compute thread.
     *
     * @param features unit rows [g, d]
     * @param directions unit rows [m, d]
     */
    static Match of(NDManager manager, float[] features, float[] directions, int width) {
        int g = features.length / width;
        int m = directions.length / width;
        Nearest ofFeature = new Nearest(g);
        Nearest ofDirection = new Nearest(m);
        float[] all = new float[g <= MOST_ASSIGNED && m <= MOST_ASSIGNED ? g * m : 0];
        int tile = Math.max(LEAST_ROWS, TILE_ELEMENTS / m);
        try (NDManager scope = manager.newSubManager()) {
            NDArray turned = scope.create(directions, new Shape(m, width)).transpose();
            for (int first = 0; first < g; first += tile) {
                int count = Math.min(tile, g - first);
                float[] part =
                        Arrays.copyOfRange(features, first * width, (first + Math.max(count, LEAST_ROWS)) * width);
                float[] cosines = product(scope, part, width, turned);
                for (int i = 0; i < count * m; i++) {
                    ofFeature.offer(first + i / m, i % m, cosines[i]);
                    ofDirection.offer(i % m, first + i / m, cosines[i]);
                }
                if (all.length > 0) {
                    System.arraycopy(cosines, 0, all, first * m, count * m);
                }
            }
        }
        return new Match(ofFeature, ofDirection, all.length > 0 ? assigned(all, g, m) : mutual(ofFeature, ofDirection));
    }

    private static float[] product(NDManager manager, float[] rows, int width, NDArray turned) {
        try (NDArray left = manager.create(rows, new Shape(rows.length / width, width));
                NDArray cosines = left.matMul(turned)) {
            return cosines.toFloatArray();
        }
    }

    private static Pairs assigned(float[] cosines, int g, int m) {
        int[] direction = Assignment.largest(cosines, g, m);
        float[] cosine = new float[g];
        for (int i = 0; i < g; i++) {
            cosine[i] = direction[i] < 0 ? 0 : cosines[i * m + direction[i]];
        }
        return new Pairs(direction, cosine, Pairs.HUNGARIAN);
    }

    private static Pairs mutual(Nearest ofFeature, Nearest ofDirection) {
        int[] direction = ofFeature.number().clone();
        for (int g = 0; g < direction.length; g++) {
            direction[g] = ofDirection.number()[direction[g]] == g ? direction[g] : -1;
        }
        return new Pairs(direction, ofFeature.cosine(), Pairs.MUTUAL_BEST);
    }
}
