package dev.sluice.trainer.spec;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.Identifier;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.service.Suggestion;
import dev.sluice.trainer.contract.DictionarySpec;
import dev.sluice.trainer.contract.Start;
import dev.sluice.trainer.contract.TrainingSpec;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.Kinds;
import dev.sluice.trainer.dictionary.Violation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads one variant of user input, and expands it over the streams of the run. */
public final class VariantReader {
    public static final String ID_RULE = Identifier.RULE;

    /** Stands for what is refused already, and is not refused again. */
    private static final String NO_TEXT = "none";

    private final VariantDefaults defaults;
    private final Kinds kinds;
    private final List<Violation> violations;

    public VariantReader(VariantDefaults defaults, Kinds kinds, List<Violation> violations) {
        this.defaults = defaults;
        this.kinds = kinds;
        this.violations = violations;
    }

    public static boolean isId(String text) {
        return Identifier.isValid(text);
    }

    /**
     * The variants that one entry stands for; none if it has violations, which are noted.
     *
     * @param path of the entry in messages, empty if it is the whole input
     */
    public List<VariantSpec> read(JsonNode node, String path) {
        int before = violations.size();
        List<VariantSpec> candidates = candidates(node, path);
        return violations.size() == before ? candidates : List.of();
    }

    /** The same, also where only the id or a size is refused: what that would have cost can be told. */
    public List<VariantSpec> candidates(JsonNode node, String path) {
        Fields fields = new Fields(node, path, violations);
        Head head = head(fields);
        Fields dictionary = fields.object("dictionary");
        String kind = dictionary.oneOf("kind", "", kinds.creatable());
        if (!dictionary.has("kind")) {
            dictionary.refuse("kind", "one of " + String.join(", ", kinds.creatable()), "nothing");
        }
        List<Target> targets = targets(fields);
        Fields training = fields.object("training");
        fields.refuseOthers("a variant");
        Kind ofKind = kinds.find(kind);
        return ofKind == null ? List.of() : expand(head, targets, ofKind, dictionary, training, path);
    }

    /** What a variant says beside its stream and its two parts. */
    private record Head(String id, @Nullable String group, String from) {}

    private static Head head(Fields fields) {
        String id = fields.text("id", "");
        if (!isId(id)) {
            fields.refuse("id", ID_RULE, fields.has("id") ? id : "nothing");
        }
        String from = fields.text("from", "earliest");
        if (Start.parse(from).isEmpty()) {
            fields.refuse("from", Start.RULE, from);
        }
        return new Head(id, fields.has("group") ? group(fields) : null, from);
    }

    private static String group(Fields fields) {
        String group = fields.text("group", NO_TEXT);
        if (!isId(group)) {
            fields.refuse("group", ID_RULE, group);
        }
        return group;
    }

    private List<VariantSpec> expand(
            Head head, List<Target> targets, Kind kind, Fields dictionary, Fields training, String path) {
        int clean = violations.size();
        TrainingSpec trained = TrainingReader.read(training, kind.descriptor(), defaults);
        if (targets.isEmpty()) {
            DictionaryReader.read(dictionary, kind, -1); // for its violations
        }
        List<VariantSpec> specs = new ArrayList<>();
        for (Target target : targets) {
            DictionarySpec learned = DictionaryReader.read(dictionary, kind, target.width());
            if (violations.size() > clean) {
                break; // the same again for every stream would help nobody
            }
            VariantSpec spec = new VariantSpec(
                    head.id() + target.suffix(), target.stream(), learned, trained, head.from(), head.group());
            askKind(kind, spec, target, path);
            specs.add(spec);
        }
        return specs;
    }

    /**
     * A stream to train on.
     *
     * @param suffix of the variant's id
     * @param width of its rows, -1 if unknown
     */
    private record Target(String stream, String suffix, int width) {}

    private List<Target> targets(Fields fields) {
        List<StreamSpec> streams = defaults.streams();
        if (!fields.has("stream")) {
            if (streams.isEmpty()) {
                fields.refuse("stream", "the id of a stream", "nothing");
            }
            return streams.stream()
                    .map(spec -> new Target(spec.id(), suffix(spec), spec.width()))
                    .toList();
        }
        String stream = fields.text("stream", "");
        if (streams.isEmpty()) {
            return List.of(new Target(stream, "", -1));
        }
        List<String> ids = streams.stream().map(StreamSpec::id).toList();
        int place = ids.indexOf(stream);
        if (place < 0) {
            fields.refuse("stream", "one of " + String.join(", ", ids) + Suggestion.of(stream, ids), stream);
            return List.of();
        }
        return List.of(new Target(stream, "", streams.get(place).width()));
    }

    /** Nothing for the only stream, else its hook, or its whole id if several have this hook. */
    private String suffix(StreamSpec spec) {
        if (defaults.streams().size() == 1) {
            return "";
        }
        long sameHook = defaults.streams().stream()
                .filter(other -> other.hook().equals(spec.hook()))
                .count();
        String hook = spec.hook()
                .replace("blocks.", "l")
                .replace("hook_", "")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-+|-+$", "");
        String digits = spec.id().substring(spec.id().lastIndexOf('-'));
        return "-" + hook + (sameHook > 1 ? digits : "");
    }

    private void askKind(Kind kind, VariantSpec spec, Target target, String path) {
        if (!target.suffix().isEmpty() && !isId(spec.id())) {
            violations.add(Violation.must("id", ID_RULE, spec.id())
                    .withRemedy(" with the stream's suffix")
                    .under(path));
        }
        if (target.width() > 0) {
            kind.violations(spec, target.width()).forEach(violation -> violations.add(violation.under(path)));
        }
    }
}
