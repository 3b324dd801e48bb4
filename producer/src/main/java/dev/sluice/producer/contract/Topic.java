package dev.sluice.producer.contract;

import java.util.List;
import java.util.Map;

/**
 * One row of the table of topics.
 *
 * @param name of the topic
 * @param partitions that it is created with
 * @param configs that it is created with and that are verified when it exists
 */
public record Topic(String name, int partitions, Map<String, String> configs) {
    public static final String PROGRESS = "sluice.progress";
    public static final String VARIANTS = "sluice.variants";
    public static final String STATUS = "sluice.status";
    public static final String CHECKPOINTS = "sluice.checkpoints";
    public static final String MEASUREMENTS = "sluice.measurements";
    public static final String METRICS = "sluice.metrics";

    /** Keyed by {@code variant/generation/row/job}, in the partition that the variant's id has. */
    public static final String RESULTS = "sluice.results";

    public static final String DEAD_LETTERS = "sluice.dead-letters";

    /** Room for one record of about 1 MiB with its overhead. */
    public static final int MAX_MESSAGE_BYTES = 4 << 20;

    /** The segment that is written is never compacted, and some values are replaced every second. */
    private static final String COMPACTED_SEGMENT_MILLIS = "600000";

    private static final Map<String, String> COMPACT =
            Map.of("cleanup.policy", "compact", "segment.ms", COMPACTED_SEGMENT_MILLIS);
    private static final Map<String, String> KEEP = Map.of(
            "cleanup.policy", "delete",
            "retention.ms", "-1",
            "message.timestamp.type", "LogAppendTime",
            "max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES));

    /** The training rows of a stream: one partition, total order. */
    public static String train(String stream) {
        return "sluice." + stream + ".train";
    }

    /** The held-out rows of a stream, never mixed. */
    public static String heldout(String stream) {
        return "sluice." + stream + ".heldout";
    }

    /** The two topics of one stream. */
    public static List<Topic> ofStream(String stream) {
        return List.of(new Topic(train(stream), 1, KEEP), new Topic(heldout(stream), 1, KEEP));
    }

    /**
     * The topics that all streams share.
     *
     * @param partitions of the topics keyed by variant, P: 64, or 8 in the one-process run
     */
    public static List<Topic> shared(int partitions) {
        return List.of(
                new Topic(PROGRESS, 1, COMPACT),
                new Topic(VARIANTS, partitions, COMPACT),
                new Topic(STATUS, partitions, COMPACT),
                new Topic(CHECKPOINTS, partitions, COMPACT),
                new Topic(
                        MEASUREMENTS,
                        partitions,
                        Map.of("cleanup.policy", "delete", "max.message.bytes", Integer.toString(MAX_MESSAGE_BYTES))),
                new Topic(METRICS, partitions, COMPACT),
                new Topic(RESULTS, partitions, COMPACT),
                new Topic(DEAD_LETTERS, 1, COMPACT));
    }
}
