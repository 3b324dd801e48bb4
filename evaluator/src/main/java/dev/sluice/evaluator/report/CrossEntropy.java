package dev.sluice.evaluator.report;

import dev.sluice.evaluator.contract.ModelScores;
import dev.sluice.evaluator.metric.ModelTable;
import dev.sluice.evaluator.report.Report.Entry;
import org.jspecify.annotations.Nullable;

/** What a series keeps of the model's cross-entropy, where it was scored through the model. */
final class CrossEntropy {
    static final ParetoChart.Height HEIGHT = new ParetoChart.Height(
            "CE lost", "1 - CE recovered against active latents per token; lower left is better", CrossEntropy::lost);

    private CrossEntropy() {}

    /** Null if it was not scored, or if ablation costs next to nothing. */
    static @Nullable Double recovered(Entry entry) {
        ModelScores.View scores = entry.results().throughModel();
        return scores == null ? null : scores.metrics().get(ModelTable.CE_RECOVERED.name());
    }

    /** 1 less {@link #recovered}. */
    static @Nullable Double lost(Entry entry) {
        Double recovered = recovered(entry);
        return recovered == null ? null : Double.valueOf(1 - recovered);
    }
}
