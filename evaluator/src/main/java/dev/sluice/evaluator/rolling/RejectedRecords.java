package dev.sluice.evaluator.rolling;

import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;
import org.jspecify.annotations.Nullable;

/** A record that is no measurement goes to the dead letters, is logged with its place, and is counted. */
public final class RejectedRecords implements DeserializationExceptionHandler {
    /** The setting that holds the {@code Consumer<String>} to tell. */
    static final String TELL = "sluice.rejected";

    private final LogAndContinueExceptionHandler handler = new LogAndContinueExceptionHandler();
    private @Nullable Consumer<String> rejected;

    @Override
    @SuppressWarnings("unchecked") // Rolling puts it there
    public void configure(Map<String, ?> configs) {
        handler.configure(configs);
        rejected = (Consumer<String>) configs.get(TELL);
    }

    @Override
    public Response handleError(ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception e) {
        if (rejected != null) {
            rejected.accept("format");
        }
        return handler.handleError(context, record, e);
    }
}
