package dev.sluice.kubernetes;

import java.util.ArrayList;
import java.util.List;

/**
 * What a Kubernetes API server with strict field validation would refuse. No single offline library finds all of it,
 * so several look at each manifest.
 */
final class Validation {
    private final StrictFields fields = new StrictFields();
    private final OfficialModels models = new OfficialModels(Enumerations.load());
    private final KedaFields keda = new KedaFields();

    /** Every problem of every validator, each naming the manifest; empty if it is valid. */
    List<String> problems(Manifest manifest) {
        List<String> problems = new ArrayList<>();
        if (keda.knows(manifest)) {
            problems.addAll(keda.problems(manifest));
        } else {
            problems.addAll(fields.problems(manifest));
            if (OfficialModels.knows(manifest)) {
                problems.addAll(models.problems(manifest));
            }
        }
        return problems.stream().map(problem -> manifest + ": " + problem).toList();
    }
}
