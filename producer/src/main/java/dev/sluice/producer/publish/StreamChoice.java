package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The streams of a run. {@code dtype: auto} goes on with the stream that exists, if just one of F16 and F32 does; else
 * the first block decides.
 */
final class StreamChoice {
    private static final List<String> CANDIDATES = List.of("F16", "F32");

    private final OpenSource source;
    private final String dtype;
    private final Function<Set<String>, Map<String, StreamProgress>> log;
    private final Map<String, StreamSpec> known;

    /** @param log what the log says of some stream ids; asked once for each hook */
    StreamChoice(OpenSource source, String dtype, Function<Set<String>, Map<String, StreamProgress>> log) {
        this.source = source;
        this.dtype = dtype;
        this.log = log;
        this.known = known();
    }

    /** By hook, the streams that no block has to decide. */
    private Map<String, StreamSpec> known() {
        Map<String, StreamSpec> chosen = new LinkedHashMap<>();
        for (String hook : source.hooks()) {
            List<StreamSpec> found =
                    dtype.equals(ProducerSettings.AUTO) ? found(hook) : List.of(source.spec(hook, dtype));
            if (found.size() == 1) {
                chosen.put(hook, found.get(0));
            }
        }
        return chosen;
    }

    private List<StreamSpec> found(String hook) {
        List<StreamSpec> candidates =
                CANDIDATES.stream().map(narrow -> source.spec(hook, narrow)).toList();
        Set<String> there = log.apply(ids(candidates)).keySet();
        return candidates.stream().filter(spec -> there.contains(spec.id())).toList();
    }

    private static Set<String> ids(Collection<StreamSpec> specs) {
        return specs.stream().map(StreamSpec::id).collect(Collectors.toSet());
    }

    /** Whether all of them are in the log to their ends, so that no block has to be computed. */
    boolean areComplete() {
        Map<String, StreamProgress> progress = log.apply(ids(known.values()));
        return source.hooks().stream()
                .map(known::get)
                .map(spec -> spec == null ? null : progress.get(spec.id()))
                .allMatch(each -> each != null && each.complete());
    }

    /**
     * One stream for each hook, in their order.
     *
     * @param firstBlock computes block 0 for some hooks; called at most once
     */
    List<StreamSpec> choose(Function<List<String>, Block> firstBlock) {
        Map<String, StreamSpec> chosen = new LinkedHashMap<>(known);
        List<String> undecided = source.hooks().stream()
                .filter(hook -> !chosen.containsKey(hook))
                .toList();
        if (!undecided.isEmpty()) {
            Block block = firstBlock.apply(undecided);
            for (String hook : undecided) {
                String narrow =
                        RowDtype.choose(block.train(hook), block.heldout(hook)).name();
                chosen.put(hook, source.spec(hook, narrow));
            }
        }
        return source.hooks().stream()
                .flatMap(hook -> Stream.ofNullable(chosen.get(hook)))
                .toList();
    }
}
