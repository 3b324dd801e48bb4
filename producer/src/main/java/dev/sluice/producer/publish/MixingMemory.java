package dev.sluice.producer.publish;

import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.contract.StreamSpec;

/**
 * Whether the blocks of a run fit the heap. The block size is part of the streams' order, which depends on neither width
 * nor model; so a block that is too large is refused, never made smaller.
 *
 * @param bytes of the heap that may be taken by blocks
 */
record MixingMemory(long bytes) {
    /** One is being computed while one is being sent. */
    private static final int BLOCKS = 2;

    /** Token ids, positions, windows, norms, peaks, and the row's place in the order. */
    private static final int LABEL_BYTES_PER_ROW = 48;

    private static final int MEBIBYTE = 1 << 20;

    /** Half of what the heap may grow to. The held-out rows of a block, normally a twentieth, are in the other half. */
    static MixingMemory ofThisProcess() {
        return new MixingMemory(Runtime.getRuntime().maxMemory() / 2);
    }

    /**
     * Checks a run whose streams have the order of {@code spec} and its width.
     *
     * @throws PublishException if its blocks do not fit
     */
    void require(StreamSpec spec, int hooks) {
        long bound = spec.order().tokens();
        long rows = (bound > 0 ? Math.min(bound, spec.blockRows()) : spec.blockRows()) + spec.context() - 1;
        long needed = BLOCKS * rows * bytesPerRow(spec, hooks);
        if (needed > bytes || rows * spec.width() > Integer.MAX_VALUE) {
            throw new PublishException("producer.block-rows must be at most " + largest(spec, hooks) + " for " + hooks
                    + " hook points of width " + spec.width() + " in " + bytes / MEBIBYTE
                    + " MiB, half of the heap, got " + spec.blockRows() + ", which needs " + needed / MEBIBYTE
                    + " MiB. Raise the heap (-Xmx), or publish fewer hook points at a time: streams of equal order_digest"
                    + " join by row number whenever they were published. Another block-rows is another order");
        }
    }

    private long largest(StreamSpec spec, int hooks) {
        long rows = Math.min(bytes / (BLOCKS * bytesPerRow(spec, hooks)), Integer.MAX_VALUE / spec.width());
        return Math.max(0, rows - spec.context() + 1);
    }

    private static long bytesPerRow(StreamSpec spec, int hooks) {
        return (long) hooks * (spec.width() * Float.BYTES + LABEL_BYTES_PER_ROW);
    }
}
