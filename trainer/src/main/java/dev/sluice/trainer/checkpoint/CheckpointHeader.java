package dev.sluice.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.producer.contract.ContractException;
import dev.sluice.producer.contract.Json;
import dev.sluice.trainer.checkpoint.CheckpointException.Fault;
import dev.sluice.trainer.contract.CheckpointManifest;
import dev.sluice.trainer.contract.CheckpointManifest.Position;
import dev.sluice.trainer.contract.VariantSpec;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a variant stands: the {@code __metadata__} of its checkpoint. Holds nothing but what follows from (spec, stream,
 * rows consumed), so that equal states give equal files: no times, paths or hosts.
 *
 * @param training which it is of
 * @param position how far it is
 * @param ledger of what was consumed
 */
public record CheckpointHeader(Training training, Position position, Ledger ledger) {
    /**
     * What does not change while a variant is trained.
     *
     * @param spec of the variant
     * @param generation 0 until replayed
     * @param streamDigest of the stream that it is trained on
     * @param startRow first row of every pass, to which the variant's start was resolved
     */
    public record Training(VariantSpec spec, int generation, String streamDigest, long startRow) {}

    static final String FORMAT = "sluice-checkpoint";
    static final int VERSION = 1;

    public VariantSpec spec() {
        return training.spec();
    }

    public int generation() {
        return training.generation();
    }

    public String streamDigest() {
        return training.streamDigest();
    }

    public long startRow() {
        return training.startRow();
    }

    public long step() {
        return position.step();
    }

    public long tokens() {
        return position.tokens();
    }

    public long row() {
        return position.row();
    }

    public int epoch() {
        return position.epoch();
    }

    Map<String, String> toMetadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("version", Integer.toString(VERSION));
        metadata.put("variant", spec().id());
        metadata.put("spec", new String(Json.write(spec()), StandardCharsets.UTF_8));
        metadata.put("generation", Integer.toString(generation()));
        metadata.put("stream_digest", streamDigest());
        if (startRow() > 0) { // so that the usual state has the hash that it had before there were other starts
            metadata.put("start_row", Long.toString(startRow()));
        }
        metadata.put("step", Long.toString(step()));
        metadata.put("tokens", Long.toString(tokens()));
        metadata.put("row", Long.toString(row()));
        metadata.put("epoch", Integer.toString(epoch()));
        metadata.put("ledger", ledger.toJson());
        return metadata;
    }

    /**
     * @param file for messages
     * @throws CheckpointException if these are not the metadata of a checkpoint that this code can read
     */
    static CheckpointHeader fromMetadata(String file, Map<String, String> metadata) {
        if (!FORMAT.equals(metadata.get("format"))) {
            throw new CheckpointException(
                    Fault.FOREIGN, file + ": not a Sluice checkpoint: metadata.format must be " + FORMAT);
        }
        try {
            long version = number(metadata, "version");
            if (version > VERSION) {
                throw new CheckpointException(
                        Fault.FOREIGN,
                        file + ": metadata.version must be at most " + VERSION + ", got " + version
                                + ": written by a newer Sluice");
            }
            byte[] spec = text(metadata, "spec").getBytes(StandardCharsets.UTF_8);
            return new CheckpointHeader(
                    new CheckpointHeader.Training(
                            Json.read(spec, VariantSpec.class),
                            Math.toIntExact(number(metadata, "generation")),
                            text(metadata, "stream_digest"),
                            metadata.containsKey("start_row") ? number(metadata, "start_row") : 0),
                    new CheckpointManifest.Position(
                            number(metadata, "step"),
                            number(metadata, "tokens"),
                            number(metadata, "row"),
                            Math.toIntExact(number(metadata, "epoch"))),
                    Ledger.fromJson(text(metadata, "ledger")));
        } catch (ContractException | ArithmeticException e) {
            throw new CheckpointException(Fault.TORN, file + ": " + e.getMessage(), e);
        }
    }

    private static String text(Map<String, String> metadata, String key) {
        String value = metadata.get(key);
        if (value == null) {
            throw new ContractException("metadata." + key + " is missing");
        }
        return value;
    }

    private static long number(Map<String, String> metadata, String key) {
        String value = text(metadata, key);
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new ContractException("metadata." + key + " must be a whole number, got '" + value + "'", e);
        }
    }

    /** @throws CheckpointException if this is not the state that the manifest speaks of */
    void require(CheckpointManifest manifest) {
        String file = manifest.file();
        requireTrainingOf(file, manifest.spec(), manifest.streamDigest());
        require(file, "generation", manifest.generation(), generation());
        require(file, "step", manifest.step(), step());
        require(file, "tokens", manifest.tokens(), tokens());
        require(file, "row", manifest.row(), row());
        require(file, "epoch", manifest.epoch(), epoch());
    }

    /** @throws CheckpointException naming the first field in which this checkpoint is another training's */
    void requireTrainingOf(String file, VariantSpec expected, String expectedDigest) {
        requireSame(
                file, "spec", Json.mapper().valueToTree(expected), Json.mapper().valueToTree(spec()));
        require(file, "stream_digest", expectedDigest, streamDigest());
    }

    private static void requireSame(String file, String path, JsonNode expected, JsonNode found) {
        if (expected.isObject() && found.isObject()) {
            Iterable<String> names = expected::fieldNames;
            for (String name : names) {
                requireSame(file, path + "." + name, expected.path(name), found.path(name));
            }
        } else {
            require(file, path, expected, found);
        }
    }

    private static void require(String file, String field, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new CheckpointException(
                    Fault.FOREIGN, file + ": " + field + " must be " + expected + ", got " + found);
        }
    }
}
