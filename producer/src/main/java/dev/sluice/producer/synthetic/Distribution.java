package dev.sluice.producer.synthetic;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What z is in a coefficient {@code minimum + scale * z}. */
public enum Distribution {
    /** |N(0, 1)|. */
    @JsonProperty("half-normal")
    HALF_NORMAL(StrictMath.sqrt(2 / StrictMath.PI)) {
        @Override
        double draw(RandomSequence random) {
            return Math.abs(random.gaussian());
        }
    },
    /** Uniform in [0, 1). */
    @JsonProperty("uniform")
    UNIFORM(0.5) {
        @Override
        double draw(RandomSequence random) {
            return random.uniform();
        }
    },
    /** Exponential of mean 1. */
    @JsonProperty("exponential")
    EXPONENTIAL(1) {
        @Override
        double draw(RandomSequence random) {
            return -StrictMath.log(1 - random.uniform());
        }
    },
    /** Always 1. */
    @JsonProperty("constant")
    CONSTANT(1) {
        @Override
        double draw(RandomSequence random) {
            return 1;
        }
    };

    private final double mean;

    Distribution(double mean) {
        this.mean = mean;
    }

    abstract double draw(RandomSequence random);

    /** E z. */
    double mean() {
        return mean;
    }
}
