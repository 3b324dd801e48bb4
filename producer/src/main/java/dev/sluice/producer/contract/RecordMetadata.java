package dev.sluice.producer.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;

/** The {@code __metadata__} of an {@link ActivationRecord}, where every value is a string. */
record RecordMetadata(
        String streamDigest, String orderDigest, String model, String hook, long firstRow, List<String> subsets) {
    private static final TypeReference<List<String>> NAMES = new TypeReference<>() {};

    RecordMetadata {
        subsets = List.copyOf(subsets);
    }

    static RecordMetadata of(Map<String, String> entries) {
        requireVersion(number(entries, "version"));
        long firstRow = number(entries, "first_row");
        if (firstRow < 0) {
            throw new ContractException("record.first_row must be at least 0, got " + firstRow);
        }
        return new RecordMetadata(
                text(entries, "stream_digest"),
                text(entries, "order_digest"),
                text(entries, "model"),
                text(entries, "hook"),
                firstRow,
                names(text(entries, "subsets")));
    }

    Map<String, String> entries() {
        return Map.of(
                "version",
                Integer.toString(ActivationRecord.VERSION),
                "stream_digest",
                streamDigest,
                "order_digest",
                orderDigest,
                "model",
                model,
                "hook",
                hook,
                "first_row",
                Long.toString(firstRow),
                "subsets",
                json(subsets));
    }

    private static void requireVersion(long found) {
        if (found != ActivationRecord.VERSION) {
            throw new ContractException("record.version must be " + ActivationRecord.VERSION + ", got " + found + ": "
                    + (found < ActivationRecord.VERSION ? Json.OLDER : Json.NEWER));
        }
    }

    private static String text(Map<String, String> entries, String key) {
        String value = entries.get(key);
        if (value == null) {
            throw new ContractException("record." + key + " must be in the metadata, which has " + entries.keySet());
        }
        return value;
    }

    private static long number(Map<String, String> entries, String key) {
        String value = text(entries, key);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ContractException("record." + key + " must be a whole number, got '" + value + "'", e);
        }
    }

    private static List<String> names(String json) {
        try {
            List<String> names = Json.mapper().readValue(json, NAMES);
            if (names == null || names.contains(null)) {
                throw new ContractException("record.subsets must be a JSON array of names, got '" + json + "'");
            }
            return names;
        } catch (JsonProcessingException e) {
            throw new ContractException("record.subsets must be a JSON array of names, got '" + json + "'", e);
        }
    }

    private static String json(List<String> names) {
        try {
            return Json.mapper().writeValueAsString(names);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("subset names cannot be written as JSON: " + names, e);
        }
    }
}
