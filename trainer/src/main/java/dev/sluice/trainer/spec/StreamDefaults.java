package dev.sluice.trainer.spec;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.contract.VariantSpec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What variants take from the streams that are there where they do not say it themselves.
 *
 * @param streams by id
 * @param epochs of a variant that does not say
 */
public record StreamDefaults(Map<String, StreamProgress> streams, int epochs) {

    /**
     * @param stream that the variant names, null if it names none
     * @param there the spec that is already there under its id: what is not said again stays as it is
     */
    public VariantDefaults of(@Nullable String stream, @Nullable VariantSpec there) {
        Collection<StreamProgress> known =
                stream != null && streams.containsKey(stream) ? List.of(streams.get(stream)) : streams.values();
        int passes = there == null ? epochs : there.training().epochs();
        long tokens = there == null ? horizon(known) : there.training().tokens();
        return new VariantDefaults(known.stream().map(StreamProgress::spec).toList(), passes, tokens);
    }

    /** The same for whoever asks, whenever: the producer fixes it when the stream begins. */
    private long horizon(Collection<StreamProgress> known) {
        return known.size() != 1
                ? epochs // refused anyway: the stream is not known
                : Math.multiplyExact(known.iterator().next().run().expectedRows(), (long) epochs);
    }

    /** Train rows of the stream in the end, as well as one can tell. */
    public static long expectedRows(StreamProgress progress) {
        return progress.complete() ? progress.rows() : progress.run().expectedRows();
    }
}
