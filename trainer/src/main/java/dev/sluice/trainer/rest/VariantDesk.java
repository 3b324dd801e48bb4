package dev.sluice.trainer.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.producer.service.KafkaConnection;
import dev.sluice.producer.service.Problem;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Violation;
import dev.sluice.trainer.register.ControlSnapshot;
import dev.sluice.trainer.register.VariantRegister;
import dev.sluice.trainer.spec.SpecDifferences;
import dev.sluice.trainer.spec.StartRule;
import dev.sluice.trainer.spec.StreamDefaults;
import dev.sluice.trainer.spec.UserJson;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What can be asked of the variants, from the topics alone. Blocks. Refusals are {@link Problem}s. */
final class VariantDesk {

    private final KafkaConnection kafka;
    private final VariantRegister register;
    private final int epochs;

    /**
     * @param partitions of the topics keyed by variant
     * @param epochs of a variant that does not say
     */
    VariantDesk(KafkaConnection kafka, int partitions, int epochs) {
        this.kafka = kafka;
        this.register = new VariantRegister(kafka, partitions);
        this.epochs = epochs;
    }

    /** @param created whether it was not there before */
    record Put(VariantResource variant, boolean created) {}

    /**
     * @param acceptable whether the variant could be put as it is
     * @param violations why not
     * @param estimate null if its size cannot be told
     * @param spec with every default filled in, null if it cannot be told
     */
    record Assessment(
            boolean acceptable,
            List<Violation> violations,
            @Nullable Estimate estimate,
            @Nullable JsonNode spec) {}

    /** @param stream whose variants are asked for, null for all */
    List<VariantResource> list(@Nullable String stream) {
        ControlSnapshot snapshot = ControlSnapshot.read(kafka, null);
        return snapshot.variants().values().stream()
                .filter(wanted -> stream == null || stream.equals(wanted.spec().stream()))
                .map(wanted -> VariantResource.of(
                        wanted, snapshot.statuses().get(wanted.spec().id())))
                .toList();
    }

    VariantResource get(String id) {
        ControlSnapshot snapshot = ControlSnapshot.read(kafka, id);
        WantedVariant wanted = snapshot.variants().get(id);
        if (wanted == null) {
            throw VariantProblems.notFound(id);
        }
        return VariantResource.of(wanted, snapshot.statuses().get(id));
    }

    Put put(String id, VariantInput input, Precondition precondition) {
        ControlSnapshot snapshot = ControlSnapshot.read(kafka, null);
        VariantRegister.Change change = register.change(List.of(id), present -> {
            WantedVariant there = present.get(id);
            precondition.require(id, there);
            VariantSpec spec = accepted(id, input, there, snapshot);
            if (there == null) {
                return Map.of(id, WantedVariant.of(spec));
            }
            requireSame(spec, there.spec());
            return present;
        });
        return new Put(
                VariantResource.of(
                        Objects.requireNonNull(change.after().get(id)),
                        snapshot.statuses().get(id)),
                !change.before().containsKey(id));
    }

    private VariantSpec accepted(
            String id, VariantInput input, @Nullable WantedVariant there, ControlSnapshot snapshot) {
        VariantInput.Reading reading =
                input.read(id, there == null ? null : there.spec(), new StreamDefaults(snapshot.streams(), epochs));
        VariantSpec spec = reading.spec();
        if (spec == null || !reading.violations().isEmpty()) {
            Estimate estimate = estimate(reading, snapshot);
            throw VariantProblems.refused(
                    reading.violations(), estimate == null ? Map.of() : Map.of("estimate", estimate));
        }
        return spec;
    }

    private static void requireSame(VariantSpec spec, VariantSpec there) {
        List<String> differences = SpecDifferences.between(spec, there);
        if (!differences.isEmpty()) {
            throw new Problem(
                    Problem.CONFLICT,
                    "a spec does not change under its id; take another id: " + String.join("; ", differences),
                    Map.of("differences", differences));
        }
    }

    /** What the variant would cost, and what is wrong with it; changes nothing. */
    Assessment assess(VariantInput input) {
        ControlSnapshot snapshot = ControlSnapshot.read(kafka, null);
        VariantInput.Reading reading = input.read(null, null, new StreamDefaults(snapshot.streams(), epochs));
        VariantSpec spec = reading.spec();
        return new Assessment(
                reading.violations().isEmpty(),
                reading.violations(),
                estimate(reading, snapshot),
                spec == null ? null : withoutEmptyId(UserJson.tree(spec)));
    }

    private static JsonNode withoutEmptyId(JsonNode spec) {
        if (spec instanceof ObjectNode fields && fields.path("id").asText().isEmpty()) {
            fields.remove("id");
        }
        return spec;
    }

    private static @Nullable Estimate estimate(VariantInput.Reading reading, ControlSnapshot snapshot) {
        VariantSpec spec = reading.spec();
        return spec == null ? null : Estimate.of(spec, reading.width(), snapshot, System.currentTimeMillis());
    }

    VariantResource pause(String id, Precondition precondition) {
        return change(id, precondition, (wanted, status) -> {
            if (status != null
                    && status.generation() == wanted.generation()
                    && status.state().isOver()) {
                throw new Problem(
                        Problem.CONFLICT,
                        "a variant that is " + status.state().wireName()
                                + " cannot be paused; it can be replayed or deleted");
            }
            return wanted.pause();
        });
    }

    VariantResource resume(String id, Precondition precondition) {
        return change(id, precondition, (wanted, status) -> wanted.resume());
    }

    /** @param from where the next generation starts, null for where the spec says */
    VariantResource replay(String id, @Nullable String from, Precondition precondition) {
        ControlSnapshot snapshot = ControlSnapshot.read(kafka, id);
        return change(id, precondition, (wanted, status) -> {
            String start = from == null ? wanted.spec().from() : from;
            StartRule.violation(start, snapshot.streams().get(wanted.spec().stream()))
                    .ifPresent(violation -> {
                        throw VariantProblems.refused(List.of(violation), Map.of());
                    });
            return wanted.replay(start);
        });
    }

    void delete(String id, Precondition precondition) {
        register.change(List.of(id), present -> {
            required(id, present, precondition);
            return Map.of();
        });
    }

    /** From what is wanted, and what its owner says of it, to what shall be wanted. */
    private interface Wish {
        WantedVariant of(WantedVariant wanted, @Nullable VariantStatus status);
    }

    private VariantResource change(String id, Precondition precondition, Wish wish) {
        VariantStatus status = ControlSnapshot.read(kafka, id).statuses().get(id);
        VariantRegister.Change made = register.change(
                List.of(id), present -> Map.of(id, wish.of(required(id, present, precondition), status)));
        return VariantResource.of(Objects.requireNonNull(made.after().get(id)), status);
    }

    private static WantedVariant required(String id, Map<String, WantedVariant> present, Precondition precondition) {
        WantedVariant there = present.get(id);
        if (there == null) {
            throw VariantProblems.notFound(id);
        }
        precondition.require(id, there);
        return there;
    }
}
