package dev.sluice.local.console;

import dev.sluice.trainer.contract.VariantPhase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GET /api/v1/table} answers, as far as the terminal shows it.
 *
 * @param variants one row per series
 */
public record Variants(@Nullable List<Row> variants) {

    /**
     * @param series name of the row
     * @param variant id; a PCA has several series
     * @param kind of dictionary
     * @param stream id
     * @param state of training
     * @param reason of a failure
     * @param tokens trained
     * @param fvu of the newest window of training batches, class rest
     * @param l0 of it
     * @param deadFraction of it
     * @param heldout scores of the newest scored checkpoint
     */
    public record Row(
            String series,
            @Nullable String variant,
            @Nullable String kind,
            @Nullable String stream,
            @Nullable VariantPhase state,
            @Nullable String reason,
            @Nullable Long tokens,
            @Nullable Double fvu,
            @Nullable Double l0,
            @Nullable Double deadFraction,
            @Nullable Heldout heldout) {

        boolean failed() {
            return VariantPhase.FAILED == state;
        }
    }

    /** @param fvu over held-out rows, class rest */
    public record Heldout(@Nullable Double fvu) {}

    Variants on(List<String> streams) {
        return new Variants(rows().stream()
                .filter(row -> row.stream() == null || streams.contains(row.stream()))
                .toList());
    }

    List<Row> rows() {
        return variants == null ? List.of() : variants;
    }

    /** Those that gave up, each once, with their reasons. */
    public List<String> failures() {
        return rows().stream()
                .filter(Row::failed)
                .map(row -> "variant " + (row.variant() == null ? row.series() : row.variant()) + " failed: "
                        + (row.reason() == null ? "no reason was given" : row.reason()))
                .distinct()
                .toList();
    }
}
