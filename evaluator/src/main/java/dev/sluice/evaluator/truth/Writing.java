package dev.sluice.evaluator.truth;

import java.util.Set;

/** How the codes of a kind write: what is the direction w of a code, and which codes are its. */
enum Writing {
    /** An atom and its non-negative code. */
    ATOMS {
        @Override
        float[] directions(float[] atoms, double[] mean) {
            return normalised(atoms, mean.length);
        }
    },
    /** A centre c and the rows assigned to it: c less the mean of all rows. */
    CENTRES {
        @Override
        float[] directions(float[] atoms, double[] mean) {
            float[] differences = new float[atoms.length];
            for (int i = 0; i < atoms.length; i++) {
                differences[i] = (float) (atoms[i] - mean[i % mean.length]);
            }
            return normalised(differences, mean.length);
        }
    },
    /** An atom v whose code has a sign: v where it is positive, and -v where it is negative, count as two. */
    AXES {
        @Override
        float[] directions(float[] atoms, double[] mean) {
            int width = mean.length;
            float[] units = normalised(atoms, width);
            float[] both = new float[Math.multiplyExact(2, atoms.length)];
            for (int i = 0; i < units.length; i++) {
                int first = 2 * (i / width) * width + i % width;
                both[first] = units[i];
                both[first + width] = -units[i];
            }
            return both;
        }

        @Override
        int direction(int latent, float code) {
            return code > 0 ? 2 * latent : 2 * latent + 1;
        }
    };

    private static final Set<String> OF_CENTRES = Set.of("kmeans", "token-mean");
    private static final Set<String> OF_AXES = Set.of("pca", "random");

    static Writing of(String kind) {
        return OF_CENTRES.contains(kind) ? CENTRES : OF_AXES.contains(kind) ? AXES : ATOMS;
    }

    /**
     * The unit write directions, [m, d]; zeros where there is none.
     *
     * @param atoms [n, d]
     * @param mean of all rows, [d]
     */
    abstract float[] directions(float[] atoms, double[] mean);

    /** Number of the direction that a code, which is not 0, writes to. */
    int direction(int latent, float code) {
        return latent;
    }

    /** Rows [m, d] of norm 1, or 0 where they were. */
    static float[] normalised(float[] rows, int width) {
        float[] units = new float[rows.length];
        for (int first = 0; first < rows.length; first += width) {
            double squares = 0;
            for (int i = first; i < first + width; i++) {
                squares += (double) rows[i] * rows[i];
            }
            double norm = Math.sqrt(squares);
            for (int i = first; i < first + width && norm > 0; i++) {
                units[i] = (float) (rows[i] / norm);
            }
        }
        return units;
    }
}
