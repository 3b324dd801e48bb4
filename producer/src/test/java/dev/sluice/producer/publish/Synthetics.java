package dev.sluice.producer.publish;

import dev.sluice.producer.synthetic.Directions;
import dev.sluice.producer.synthetic.Distribution;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.producer.synthetic.Support;
import dev.sluice.producer.synthetic.SyntheticSpec;

/** Synthetic sources for tests. */
final class Synthetics {
    private Synthetics() {}

    /** 64 unit directions of width 32, four of them in a row. */
    static NamedSpec small(long rows, long validation) {
        return new NamedSpec(
                "small",
                new SyntheticSpec(
                        new SyntheticSpec.Dictionary(32, 64, Directions.UNIT),
                        SyntheticSpec.Firing.of(4, Support.EXACT),
                        new SyntheticSpec.Amounts(Distribution.UNIFORM, 0.5, 1),
                        0.01,
                        new SyntheticSpec.Extent(rows, validation),
                        7));
    }
}
