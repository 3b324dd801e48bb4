package dev.sluice.producer.publish;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixingMemoryTest {
    private static final MixingMemory MEMORY = new MixingMemory(320L << 20);

    private static StreamSpec spec(int width, int blockRows, long tokens) {
        return new StreamSpec(
                new RowOrder(
                        new RowOrder.Documents("c", "r", 5, "t"),
                        new RowOrder.Cut(128, 0, false),
                        RowOrder.Mixing.ofRows(blockRows, 7),
                        tokens),
                new RowValues("m", "mr", null, "blocks.0.hook_resid_post", width, "F32"));
    }

    @ParameterizedTest
    @CsvSource({"128, 16384, 12", "512, 32768, 2", "1024, 32768, 1", "2048, 16384, 1"})
    void shouldTakeWhatFits(int width, int blockRows, int hooks) {
        assertThatCode(() -> MEMORY.require(spec(width, blockRows, 0), hooks)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({"128, 16384, 20", "512, 32768, 3", "2048, 32768, 1"})
    void shouldRefuseABlockThatDoesNotFitHoweverManyHooksShareIt(int width, int blockRows, int hooks) {
        assertThatThrownBy(() -> MEMORY.require(spec(width, blockRows, 0), hooks))
                .isInstanceOf(PublishException.class);
    }

    @Test
    void shouldNameTheLargestBlockThatFitsAndTheOtherRemedies() {
        assertThatThrownBy(() -> MEMORY.require(spec(512, 32_768, 0), 3))
                .isInstanceOf(PublishException.class)
                .hasMessage(
                        "producer.block-rows must be at most 26554 for 3 hook points of width 512 in 320 MiB, half of"
                                + " the heap, got 32768, which needs 394 MiB. Raise the heap (-Xmx), or publish fewer hook points"
                                + " at a time: streams of equal order_digest join by row number whenever they were published."
                                + " Another block-rows is another order");
        assertThatCode(() -> MEMORY.require(spec(512, 26_554, 0), 3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> MEMORY.require(spec(512, 26_555, 0), 3)).isInstanceOf(PublishException.class);
    }

    @Test
    void shouldTakeAShortStreamWhoseOnlyBlockFits() {
        assertThatCode(() -> MEMORY.require(spec(2048, 1 << 18, 10_000), 1)).doesNotThrowAnyException();
    }

    @Test
    void shouldRefuseMoreValuesThanAnArrayHolds() {
        assertThatThrownBy(() -> new MixingMemory(Long.MAX_VALUE).require(spec(16_384, 1 << 18, 0), 1))
                .hasMessageContaining("producer.block-rows must be at most 130944 ");
    }
}
