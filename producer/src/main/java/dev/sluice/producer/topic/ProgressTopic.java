package dev.sluice.producer.topic;

import dev.sluice.producer.contract.Identifier;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.Topic;

/** {@code sluice.progress}: the progress of every stream, by the stream's id. */
public final class ProgressTopic {
    public static final CompactedTopic<StreamProgress> TOPIC = new CompactedTopic<>(
            Topic.PROGRESS, StreamProgress.class, (stream, progress) -> Identifier.require("the stream's id", stream));

    private ProgressTopic() {}
}
