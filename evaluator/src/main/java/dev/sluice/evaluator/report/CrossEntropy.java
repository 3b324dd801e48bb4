package dev.sluice.evaluator.report;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.evaluator.report.Report.Entry;
import dev.sluice.producer.contract.Json;
import org.jspecify.annotations.Nullable;

/** What a series keeps of the model's cross-entropy, where it was scored through the model. */
final class CrossEntropy {
    private static final String RECOVERED = "/through_model/metrics/ce_recovered";

    static final ParetoChart.Height HEIGHT = new ParetoChart.Height(
            "CE lost", "1 - CE recovered against active latents per token; lower left is better", CrossEntropy::lost);

    private CrossEntropy() {}

    /** Null if it was not scored, or if ablation costs next to nothing. */
    static @Nullable Double recovered(Entry entry) {
        JsonNode value = Json.mapper().valueToTree(entry).at(RECOVERED);
        return value.isNumber() ? Double.valueOf(value.asDouble()) : null;
    }

    /** 1 less {@link #recovered}. */
    static @Nullable Double lost(Entry entry) {
        Double recovered = recovered(entry);
        return recovered == null ? null : Double.valueOf(1 - recovered);
    }
}
