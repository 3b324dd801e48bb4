package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.BlockReader;
import dev.sluice.producer.block.CorpusPlace;
import dev.sluice.producer.contract.StreamProgress.Place;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The blocks that some streams of one source still need, each computed once, for the hooks that need it. */
final class BlockFeed implements AutoCloseable {
    private final OpenSource source;
    private final Map<String, Long> firstBlockByHook = new TreeMap<>();
    private @Nullable BlockReader reader;
    private @Nullable Block ahead;
    private long number;

    BlockFeed(OpenSource source) {
        this.source = source;
    }

    /** Computes block 0 before the streams' places are known; it is kept for {@link #next} if it is needed there. */
    Block first(List<String> hooks) {
        reader = source.reader(CorpusPlace.START, 0, 0);
        ahead = reader.next(hooks);
        return ahead;
    }

    /** Goes to the earliest place, by hook, of the streams that are not complete; there is at least one. */
    void begin(Map<String, Place> places) {
        Place earliest = places.values().stream()
                .min(Comparator.comparingLong(Place::block))
                .orElseThrow();
        places.forEach((hook, place) -> firstBlockByHook.put(hook, place.block()));
        number = earliest.block();
        if (ahead == null || number > 0 || !ahead.train().keySet().containsAll(wanted())) {
            close();
            ahead = null;
            CorpusPlace place = new CorpusPlace(
                    earliest.begin().document(), earliest.begin().window());
            reader = source.reader(place, number, earliest.begin().firstRow());
        }
    }

    /** Not to be called after the block that is the last. */
    Block next() {
        if (reader == null) {
            throw new IllegalStateException("begin must come before next");
        }
        Block block = ahead == null ? reader.next(wanted()) : ahead;
        ahead = null;
        number++;
        return block;
    }

    private List<String> wanted() {
        return firstBlockByHook.entrySet().stream()
                .filter(entry -> entry.getValue() <= number)
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
