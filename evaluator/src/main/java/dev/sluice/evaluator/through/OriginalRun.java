package dev.sluice.evaluator.through;

import ai.djl.ndarray.NDArray;
import dev.sluice.producer.model.Predictions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The run of a batch with every activation as the log has it, group by group: what other runs are compared with. It
 * starts from the log's rounded values, so that a dictionary which changes nothing is at distance 0 from it.
 */
final class OriginalRun implements AutoCloseable {
    private final List<Group> groups;
    private final long bytes;

    /**
     * @param predictions of the group
     * @param beside residual stream beside the activations, null if there is none
     */
    record Group(Predictions predictions, @Nullable NDArray beside) implements AutoCloseable {
        @Override
        public void close() {
            predictions.close();
            if (beside != null) {
                beside.close();
            }
        }
    }

    private OriginalRun(List<Group> groups, long bytes) {
        this.groups = groups;
        this.bytes = bytes;
    }

    /** @param x rows of the batch, [rows, width] */
    static OriginalRun of(HookedModel model, Splice splice, NDArray x, List<WindowGroup> windows) {
        List<Group> groups = new ArrayList<>();
        long bytes = 0;
        try {
            for (WindowGroup window : windows) {
                Group group = group(model, splice, x, window);
                groups.add(group);
                long once =
                        (long) window.size() * window.longest() * x.getShape().get(1) * Float.BYTES;
                bytes += group.beside() == null ? once : 2 * once;
            }
            return new OriginalRun(List.copyOf(groups), bytes);
        } catch (RuntimeException e) {
            groups.forEach(Group::close);
            throw e;
        }
    }

    private static Group group(HookedModel model, Splice splice, NDArray x, WindowGroup window) {
        int[][] tokens = window.tokens();
        NDArray beside = model.beside(tokens);
        try (NDArray activations = splice.activations(x, window)) {
            return new Group(model.predict(activations, beside, tokens), beside);
        } catch (RuntimeException e) {
            if (beside != null) {
                beside.close();
            }
            throw e;
        }
    }

    /** In the order of the batch's groups. */
    List<Group> groups() {
        return groups;
    }

    /** That it takes, about. */
    long bytes() {
        return bytes;
    }

    /** That its distributions take, if they are kept. */
    long distributionBytes() {
        return groups.stream()
                .mapToLong(group -> group.predictions().distributionBytes())
                .sum();
    }

    void keepDistributions() {
        groups.forEach(group -> group.predictions().keepDistributions());
    }

    @Override
    public void close() {
        groups.forEach(Group::close);
    }
}
