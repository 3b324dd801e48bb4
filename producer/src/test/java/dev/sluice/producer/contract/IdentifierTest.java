package dev.sluice.producer.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentifierTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"a", "topk-1024-k16", "0", "k23456789012345678901234567890123456789012345678901234567890123"})
    void shouldTakeDnsLabels(String id) {
        assertThat(Identifier.require("id", id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                "../../x",
                "a/b",
                "-a",
                "a-",
                "A",
                "a b",
                "a\n",
                "\u00e9",
                "k234567890123456789012345678901234567890123456789012345678901234"
            })
    void shouldRefuseWhatCouldBeMoreThanAName(String id) {
        assertThatThrownBy(() -> Identifier.require("the variant's id", id))
                .isInstanceOf(ContractException.class)
                .hasMessage("the variant's id must be " + Identifier.RULE + ", got " + id);
    }
}
