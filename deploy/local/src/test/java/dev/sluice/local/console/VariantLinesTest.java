package dev.sluice.local.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariantLinesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "264         | 500            | 264 B with moments, 500 FLOP per token",
                "2048        | 49152          | 2.0 kB with moments, 49.2 kFLOP per token",
                "396288      | 999000         | 396 kB with moments, 999 kFLOP per token",
                "25000000    | 1580000        | 25.0 MB with moments, 1.6 MFLOP per token",
                "25000000000 | 12345000000000 | 25.0 GB with moments, 12.3 TFLOP per token"
            })
    void shouldSayTheCostInAUnitThatFits(double bytes, double flop, String expected) {
        ObjectNode variant =
                JsonNodeFactory.instance.objectNode().put("id", "a").put("created", true);
        variant.putObject("estimate")
                .put("parameters", 10)
                .put("parameter_bytes", bytes)
                .put("moment_bytes", 0)
                .put("flop_per_token", flop)
                .put("tokens", 1000);

        assertThat(VariantLines.added(variant))
                .containsExactly(
                        "a added: 10 parameters, " + expected + ", 1,000 tokens, time unknown while no other trains");
    }
}
