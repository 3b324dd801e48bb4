package dev.sluice.producer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Groups sequences of uneven length into batches that waste little on padding, by their lengths alone. */
public final class LengthBatches {
    /** What a further batch costs, in tokens computed: calls, and products too small to be fast. */
    private static final long BATCH_COST = 32;

    private LengthBatches() {}

    /**
     * The cheapest split of the sequences, longest first, where a batch costs its padded tokens and a constant. Equal
     * lengths keep their order.
     *
     * @param maxTokens bound of a batch's padded tokens; a longer sequence is a batch by itself
     * @return indices of the sequences of each batch; each index once
     */
    public static List<int[]> split(int[] lengths, int maxTokens) {
        if (maxTokens < 1) {
            throw new IllegalArgumentException("maxTokens must be at least 1, got " + maxTokens);
        }
        Integer[] order = new Integer[lengths.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingInt((Integer i) -> lengths[i]).reversed());
        int[] starts = cheapestStarts(order, lengths, maxTokens);
        List<int[]> batches = new ArrayList<>();
        for (int end = order.length; end > 0; end = starts[end]) {
            batches.add(Arrays.stream(order, starts[end], end)
                    .mapToInt(Integer::intValue)
                    .toArray());
        }
        Collections.reverse(batches);
        return batches;
    }

    /** For each end the start of its last batch in the cheapest split of what lies before it. */
    private static int[] cheapestStarts(Integer[] order, int[] lengths, int maxTokens) {
        long[] cost = new long[order.length + 1];
        int[] starts = new int[order.length + 1];
        for (int end = 1; end <= order.length; end++) {
            cost[end] = Long.MAX_VALUE;
            for (int start = end - 1; start >= 0; start--) {
                long tokens = (long) (end - start) * lengths[order[start]];
                if (tokens > maxTokens && start < end - 1) {
                    break;
                }
                if (cost[start] + tokens + BATCH_COST < cost[end]) {
                    cost[end] = cost[start] + tokens + BATCH_COST;
                    starts[end] = start;
                }
            }
        }
        return starts;
    }
}
