package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.producer.corpus.SyntheticSpec;
import org.junit.jupiter.api.Test;

class SyntheticCorpusTest {
    @Test
    void shouldBeIdentifiedByTheDigestOfItsFlatSortedParameters() {
        SyntheticSpec spec = new SyntheticSpec(
                new SyntheticSpec.Dictionary(64, 128),
                new SyntheticSpec.Support(5, false),
                new SyntheticSpec.Coefficients(1, 2),
                0.01,
                42);

        // SHA-256 of {"active":5,"bernoulli":false,"dimension":64,"directions":128,"max_coefficient":2.0,...
        assertThat(new SyntheticCorpus(spec).digest())
                .isEqualTo("08a62fd6263900fd73c67054f199b1929342c1b3d75d0a05095fe8311b016c9b");
    }
}
