package dev.sluice.evaluator.contract;

import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Identifier;
import dev.sluice.producer.contract.Topic;
import dev.sluice.producer.topic.CompactedTopic;
import org.jspecify.annotations.Nullable;

/** {@code sluice.results}: how each job over a stored checkpoint ended, in the partition of its variant. */
public final class ResultTopic {
    public static final CompactedTopic<JobResult> TOPIC =
            new CompactedTopic<>(Topic.RESULTS, JobResult.class, ResultTopic::check);

    private ResultTopic() {}

    private static void check(String key, @Nullable JobResult result) {
        Identifier.require("the variant's id", variantOf(key));
        if (result != null && !result.key().text().equals(key)) {
            throw new ContractException("result.key must be the record's, " + key + ", got "
                    + result.key().text());
        }
    }

    /** The id that a key begins with. */
    public static String variantOf(String key) {
        int end = key.indexOf('/');
        return end < 0 ? key : key.substring(0, end);
    }
}
