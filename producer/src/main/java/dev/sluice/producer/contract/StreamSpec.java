package dev.sluice.producer.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The identity of one stream of activations: everything that decides its rows and their order, and nothing else (no
 * paths, no times). Two equal specs give the same rows on the same class of machine.
 *
 * @param version of this contract, {@link Json#VERSION}
 * @param corpus readable name, e.g. {@code sample}
 * @param corpusRevision digest or revision of its content
 * @param heldoutPercent share of documents held out by the hash of their text, 0 to 99
 * @param tokenizerDigest SHA-256 of {@code tokenizer.json}, or empty for a source without text
 * @param model readable name
 * @param modelRevision digest or revision of its weights and config
 * @param hook TransformerLens name, e.g. {@code blocks.3.hook_resid_post}
 * @param width of a row, d
 * @param context tokens of a window, BOS included
 * @param bosId id of the token put before every window, -1 for none
 * @param truncate keep only the first window of a document
 * @param dtype of the rows: F16, BF16 or F32
 * @param mixing {@code rows} (permuted within a block) or {@code sequences}
 * @param blockRows a block closes at the first whole sequence that reaches this many rows
 * @param seed of the permutation
 * @param tokens the stream ends at the first whole sequence that reaches this many train rows; 0 for the whole corpus
 * @param modelDtype of the model's linear maps, BF16; null for F32, so that such streams keep their digest
 */
public record StreamSpec(
        int version,
        String corpus,
        String corpusRevision,
        int heldoutPercent,
        String tokenizerDigest,
        String model,
        String modelRevision,
        String hook,
        int width,
        int context,
        int bosId,
        boolean truncate,
        String dtype,
        String mixing,
        int blockRows,
        long seed,
        long tokens,
        @Nullable String modelDtype) {

    /** Of a model that computes in float32. */
    public StreamSpec(
            int version,
            String corpus,
            String corpusRevision,
            int heldoutPercent,
            String tokenizerDigest,
            String model,
            String modelRevision,
            String hook,
            int width,
            int context,
            int bosId,
            boolean truncate,
            String dtype,
            String mixing,
            int blockRows,
            long seed,
            long tokens) {
        this(
                version,
                corpus,
                corpusRevision,
                heldoutPercent,
                tokenizerDigest,
                model,
                modelRevision,
                hook,
                width,
                context,
                bosId,
                truncate,
                dtype,
                mixing,
                blockRows,
                seed,
                tokens,
                null);
    }

    /** SHA-256 of the canonical JSON, 64 hex digits; every record and checkpoint carries it. */
    @JsonIgnore
    public String digest() {
        return sha256(Json.write(this));
    }

    /** A readable DNS label (at most 63 characters) that ends in the first 8 digits of the digest. */
    @JsonIgnore
    public String id() {
        String readable = label(corpus + "-" + hook.replace("blocks.", "l").replace("hook_", ""));
        String cut = readable.substring(0, Math.min(readable.length(), 54));
        return cut.replaceAll("-+$", "") + "-" + digest().substring(0, 8);
    }

    /** The names of the fields in which the other spec differs, with both values; empty if equal. */
    public List<String> differences(StreamSpec other) {
        List<String> differing = new ArrayList<>();
        var mine = Json.mapper().valueToTree(this);
        var theirs = Json.mapper().valueToTree(other);
        mine.fieldNames().forEachRemaining(field -> {
            if (!mine.path(field).equals(theirs.path(field))) {
                differing.add(field + ": " + mine.path(field).asText() + " here, "
                        + theirs.path(field).asText() + " there");
            }
        });
        return differing;
    }

    private static String label(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes))
                    .toLowerCase(Locale.ROOT);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
