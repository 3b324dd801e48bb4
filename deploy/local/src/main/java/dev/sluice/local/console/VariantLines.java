package dev.sluice.local.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.VariantPhase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The variants' resource as lines for a terminal. */
public final class VariantLines {
    private static final List<String> HEAD = List.of("VARIANT", "STATE", "TOKENS", "OF", "TOK/S", "LEFT", "GENERATION");
    private static final int LEFT_ALIGNED = 2;
    private static final List<String> PREFIXES = List.of("", "k", "M", "G", "T");
    private static final double KILO = 1000;

    /** From here on a decimal says nothing more. */
    private static final double WHOLE = 100;

    private static final int MINUTE = 60;

    private VariantLines() {}

    /** A line per variant, under a head; the reason of a failure follows on a line of its own. */
    public static List<String> table(JsonNode variants) {
        List<List<String>> rows = new ArrayList<>(List.of(HEAD));
        variants.forEach(variant -> rows.add(row(variant)));
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            lines.add(line(rows, rows.get(i)));
            String reason = i == 0 ? "" : variants.get(i - 1).path("reason").asText("");
            if (!reason.isEmpty() && !reason.equals("null")) {
                lines.add("  " + reason);
            }
        }
        return lines;
    }

    private static List<String> row(JsonNode variant) {
        return List.of(
                variant.path("id").asText(),
                state(variant),
                count(variant.path("tokens")),
                count(variant.path("target_tokens")),
                count(variant.path("tokens_per_second")),
                duration(variant.path("remaining_seconds")),
                variant.path("generation").asText());
    }

    /** What is wanted, while the variant is not yet there. */
    private static String state(JsonNode variant) {
        String state = variant.path("state").asText();
        return variant.path("paused").asBoolean() && !state.equals(VariantPhase.PAUSED.wireName())
                ? state + " (pausing)"
                : state;
    }

    private static String line(List<List<String>> rows, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < row.size(); column++) {
            int place = column;
            int width = rows.stream()
                    .mapToInt(each -> each.get(place).length())
                    .max()
                    .orElse(0);
            line.append(column == 0 ? "" : "  ")
                    .append(String.format(
                            Locale.ROOT, "%" + (column < LEFT_ALIGNED ? "-" : "") + width + "s", row.get(column)));
        }
        return line.toString().stripTrailing();
    }

    /** Every member on a line, those of the spec by their paths. */
    public static List<String> all(JsonNode variant) {
        List<String> lines = new ArrayList<>();
        addAll("", variant, lines);
        return lines;
    }

    private static void addAll(String path, JsonNode node, List<String> lines) {
        node.properties().forEach(member -> {
            String name = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            if (member.getValue().isObject()) {
                addAll(name, member.getValue(), lines);
            } else if (!member.getValue().isNull()) {
                lines.add(name + ": "
                        + (member.getValue().isTextual() ? member.getValue().asText() : member.getValue()));
            }
        });
    }

    /** What has become of a variant that was paused, resumed or replayed. */
    public static List<String> changed(JsonNode variant) {
        String wanted = variant.path("paused").asBoolean() ? "to be paused" : "to run";
        return List.of(variant.path("id").asText() + " is " + wanted + ", generation "
                + variant.path("generation").asText() + ", from "
                + variant.path("from").asText() + "; now "
                + variant.path("state").asText());
    }

    /** What has become of a variant that was put, and what it costs. */
    public static List<String> added(JsonNode variant) {
        String id = variant.path("id").asText();
        if (!variant.path("created").asBoolean()) {
            return List.of(id + " is there already, " + variant.path("state").asText());
        }
        JsonNode estimate = variant.path("estimate");
        return List.of(String.format(
                Locale.ROOT,
                "%s added: %s parameters, %s with moments, %s per token, %s tokens, %s",
                id,
                count(estimate.path("parameters")),
                scaled(bytes(estimate), "B"),
                scaled(estimate.path("flop_per_token").asDouble(), "FLOP"),
                count(estimate.path("tokens")),
                estimate.path("seconds").isNumber()
                        ? "about " + duration(estimate.path("seconds"))
                        : "time unknown while no other trains"));
    }

    private static double bytes(JsonNode estimate) {
        return estimate.path("parameter_bytes").asDouble()
                + estimate.path("moment_bytes").asDouble();
    }

    /** In the size of the unit that reads best, as the page says it. */
    private static String scaled(double value, String unit) {
        int size = 0;
        double share = value;
        while (share >= KILO && size < PREFIXES.size() - 1) {
            share /= KILO;
            size++;
        }
        String digits = size == 0 || share >= WHOLE ? "%,.0f" : "%.1f";
        return String.format(Locale.ROOT, digits, share) + " " + PREFIXES.get(size) + unit;
    }

    private static String count(JsonNode value) {
        return value.isNumber() ? String.format(Locale.ROOT, "%,d", Math.round(value.asDouble())) : "-";
    }

    private static String duration(JsonNode seconds) {
        if (!seconds.isNumber()) {
            return "-";
        }
        long whole = Math.round(seconds.asDouble());
        return whole < MINUTE
                ? whole + " s"
                : String.format(Locale.ROOT, "%d min %02d s", whole / MINUTE, whole % MINUTE);
    }
}
