package dev.sluice.producer.block;

import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.model.LengthBatches;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Windows to rows, the model once for all hooks. Which windows share a batch depends on the lengths within one block and
 * one split alone: the last bits of a row may depend on the batch around it.
 */
public final class Harvest {
    /** Of one batch, padding included: the longest task that the compute thread gets. */
    private static final int MAX_BATCH_TOKENS = 2048;

    private final Forward forward;
    private final Function<List<Window>, RowLabels> label;

    public Harvest(Forward forward, Function<List<Window>, RowLabels> label) {
        this.forward = forward;
        this.label = label;
    }

    /** What the model runs on: cpu or gpu. */
    public String device() {
        return forward.device();
    }

    /**
     * The rows of a block.
     *
     * @throws PublishException if a value is not finite
     */
    public Block run(WindowBlock block, List<String> hooks) {
        return new Block(block, rows(block.train(), hooks), rows(block.heldout(), hooks));
    }

    private Map<String, Rows> rows(List<Window> windows, List<String> hooks) {
        RowLabels labels = label.apply(windows);
        int width = forward.width();
        Map<String, float[]> values = new HashMap<>();
        hooks.forEach(hook -> values.put(hook, new float[Math.multiplyExact(labels.rows(), width)]));
        int[] lengths = windows.stream().mapToInt(Window::length).toArray();
        for (int[] batch : LengthBatches.split(lengths, MAX_BATCH_TOKENS)) {
            forward.run(Arrays.stream(batch).mapToObj(windows::get).toList(), hooks, (hook, i, rows) -> {
                float[] target = Objects.requireNonNull(values.get(hook), hook);
                rows.get(target, labels.firstRowOfWindow(batch[i]) * width, lengths[batch[i]] * width);
            });
        }
        Map<String, Rows> rows = new HashMap<>();
        values.forEach((hook, array) -> rows.put(hook, new Rows(hook, labels, width, array)));
        return rows;
    }
}
