package dev.sluice.trainer.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.service.Problem;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.spec.StartRule;
import dev.sluice.trainer.spec.StreamDefaults;
import dev.sluice.trainer.spec.SyntaxProblem;
import dev.sluice.trainer.spec.UserJson;
import dev.sluice.trainer.spec.VariantDefaults;
import dev.sluice.trainer.spec.VariantReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One variant as a request gives it, not yet checked. */
final class VariantInput {
    private final JsonNode node;

    private VariantInput(JsonNode node) {
        this.node = node;
    }

    /**
     * @param violations of the rules, all of them
     * @param spec what was asked for, also if only its id or its size is refused; null if it cannot be told
     * @param width of its stream
     */
    record Reading(List<Violation> violations, @Nullable VariantSpec spec, int width) {}

    /**
     * @param json whether it says that it is JSON; else it is YAML
     * @throws Problem with 400 if it is not one document of that format
     */
    static VariantInput parse(String text, boolean json) {
        try {
            List<JsonNode> documents = json ? UserJson.json(text) : UserJson.yaml(text);
            if (documents.size() != 1) {
                throw new Problem(Problem.BAD_REQUEST, "the body must be one variant, got " + documents.size());
            }
            return new VariantInput(documents.get(0));
        } catch (IOException e) {
            throw new Problem(
                    Problem.BAD_REQUEST,
                    "the body cannot be read as " + (json ? "JSON" : "YAML") + " " + SyntaxProblem.of(e));
        }
    }

    /**
     * Checks it by the rules of variant files.
     *
     * @param id that it must have, null if it may have any
     * @param there the spec that is there under the id
     */
    Reading read(@Nullable String id, @Nullable VariantSpec there, StreamDefaults defaults) {
        List<Violation> violations = new ArrayList<>();
        JsonNode completed = completed(id, there, violations);
        VariantDefaults those = defaults.of(completed.path("stream").textValue(), there);
        if (completed.isObject() && !completed.has("stream") && those.streams().size() > 1) {
            String streams = String.join(", ", defaults.streams().keySet());
            violations.add(Violation.must("stream", "one of " + streams, "nothing"));
        }
        List<VariantSpec> specs = new VariantReader(those, Kinds.ALL, violations).candidates(completed, "");
        if (those.streams().isEmpty() && completed.hasNonNull("stream")) {
            violations.add(Violation.must("stream", "one that is in the log", completed.path("stream"))
                    .withRemedy("; none is yet"));
        }
        VariantSpec spec = specs.size() == 1 ? specs.get(0) : null;
        StreamProgress stream = spec == null ? null : defaults.streams().get(spec.stream());
        if (spec != null && there == null) {
            StartRule.violation(spec.from(), stream).ifPresent(violations::add);
        }
        List<Violation> once = violations.stream().distinct().toList();
        return stream == null
                ? new Reading(once, null, 0)
                : new Reading(once, spec, stream.spec().width());
    }

    private JsonNode completed(@Nullable String id, @Nullable VariantSpec there, List<Violation> violations) {
        if (!node.isObject()) {
            return node;
        }
        ObjectNode completed = node.deepCopy();
        if (id != null && completed.has("id") && !id.equals(completed.path("id").textValue())) {
            violations.add(Violation.must("id", id + " as in the address", completed.path("id")));
        }
        if (id != null) {
            completed.put("id", id);
        }
        if (there != null && !completed.hasNonNull("stream")) {
            completed.put("stream", there.stream());
        }
        if (there != null && there.group() != null && !completed.has("group")) {
            completed.put("group", there.group());
        }
        return completed;
    }
}
