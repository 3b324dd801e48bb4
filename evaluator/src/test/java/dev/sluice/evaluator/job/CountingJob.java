package dev.sluice.evaluator.job;

import dev.sluice.evaluator.rows.RowBatch;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.evaluator.rows.RowNeed.Split;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.dictionary.Batch;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A toy: counts held-out windows, their rows and how many dictionaries it was given at once; writes a file too. */
final class CountingJob implements Job {
    static final String NAME = "counting";

    private final String prefix;
    private final Consumer<FrozenVariant> hindrance;

    /**
     * @param prefix of the variants that it is for
     * @param hindrance is met in every step, once for each variant; may wait or throw
     */
    CountingJob(String prefix, Consumer<FrozenVariant> hindrance) {
        this.prefix = prefix;
        this.hindrance = hindrance;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<RowNeed> rows(CheckpointManifest checkpoint) {
        return checkpoint.spec().id().startsWith(prefix)
                ? Optional.of(RowNeed.all(Split.HELDOUT).inWindows())
                : Optional.empty();
    }

    @Override
    public Computation begin(List<FrozenVariant> variants) {
        return new Count(variants);
    }

    private final class Count implements Computation {
        private final List<FrozenVariant> variants;
        private int windows;
        private long tokens;

        Count(List<FrozenVariant> variants) {
            this.variants = variants;
        }

        @Override
        public List<Runnable> steps(RowBatch rows, Batch batch) {
            return List.of(() -> variants.forEach(hindrance), () -> count(rows));
        }

        private void count(RowBatch rows) {
            for (RowBatch.Span window : rows.windows()) {
                windows++;
                for (int i = 0; i < window.rows(); i++) {
                    tokens += rows.tokenIds().get(window.first() + i);
                }
            }
        }

        @Override
        public Findings findings(FrozenVariant variant) {
            var figures = Json.mapper()
                    .createObjectNode()
                    .put("windows", windows)
                    .put("tokens", tokens)
                    .put("at_once", variants.size());
            return Findings.of(figures)
                    .with(new Findings.LargeFile("txt", file -> Files.writeString(file, variant.id())));
        }
    }
}
