package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.contract.StreamSpec;
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
    private final Function<Set<String>, Set<String>> existing;

    /** @param existing which of some stream ids are known to the log */
    StreamChoice(OpenSource source, String dtype, Function<Set<String>, Set<String>> existing) {
        this.source = source;
        this.dtype = dtype;
        this.existing = existing;
    }

    /**
     * One stream for each hook, in their order.
     *
     * @param firstBlock computes block 0 for some hooks; called at most once
     */
    List<StreamSpec> choose(Function<List<String>, Block> firstBlock) {
        if (!dtype.equals(ProducerSettings.AUTO)) {
            return source.hooks().stream().map(hook -> source.spec(hook, dtype)).toList();
        }
        Map<String, StreamSpec> chosen = new LinkedHashMap<>();
        source.hooks().forEach(hook -> {
            List<StreamSpec> found = found(hook);
            if (found.size() == 1) {
                chosen.put(hook, found.get(0));
            }
        });
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

    private List<StreamSpec> found(String hook) {
        List<StreamSpec> candidates =
                CANDIDATES.stream().map(narrow -> source.spec(hook, narrow)).toList();
        Set<String> known =
                existing.apply(candidates.stream().map(StreamSpec::id).collect(Collectors.toSet()));
        return candidates.stream().filter(spec -> known.contains(spec.id())).toList();
    }
}
