package dev.sluice.evaluator.job;

import dev.sluice.evaluator.rows.RowNeed.Split;
import dev.sluice.evaluator.rows.StreamRows;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.KafkaConnection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The logs that were read last, kept open up to a number of them. On one thread. */
final class OpenRows implements AutoCloseable {
    /** Each keeps up to 128 MiB of rows. */
    private static final int MOST = 2;

    private final KafkaConnection kafka;
    private final Map<Log, StreamRows> open = new LinkedHashMap<>(MOST, 1, true);

    private record Log(String stream, Split split) {}

    OpenRows(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    StreamRows of(StreamSpec stream, Split split) {
        Log log = new Log(stream.id(), split);
        if (!open.containsKey(log) && open.size() == MOST) {
            Iterator<StreamRows> oldest = open.values().iterator();
            oldest.next().close();
            oldest.remove();
        }
        return open.computeIfAbsent(log, any -> new StreamRows(kafka, stream, split));
    }

    @Override
    public void close() {
        open.values().forEach(StreamRows::close);
        open.clear();
    }
}
