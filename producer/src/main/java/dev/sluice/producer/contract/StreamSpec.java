package dev.sluice.producer.contract;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.producer.hash.Sha256;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The identity of one stream of activations: everything that decides its rows and their order, and nothing else (no
 * paths, no times). Two equal specs give the same rows on the same class of machine. In JSON all members stand side by
 * side, with {@code version} and the derived {@code order_digest}.
 *
 * @param order what decides which token stands at which row number
 * @param values what decides the row's values
 */
@WireVersion(StreamSpec.VERSION)
public record StreamSpec(
        @JsonUnwrapped RowOrder order, @JsonUnwrapped RowValues values) {
    /** Of this contract, and of all that carries it; the only one that this code reads. */
    public static final int VERSION = 2;

    @JsonProperty("version")
    int version() {
        return VERSION;
    }

    /** SHA-256 of the canonical JSON, 64 hex digits; every record and checkpoint carries it. */
    public String digest() {
        return Sha256.hex(Json.canonical(this));
    }

    /** Row i of this stream and row i of any other of equal order digest are of the same token, 64 hex digits. */
    @JsonProperty("order_digest")
    public String orderDigest() {
        return order.digest();
    }

    /** A readable DNS label (at most 63 characters) that ends in the first 8 digits of the digest. */
    public String id() {
        String readable = label(corpus() + "-" + hook().replace("blocks.", "l").replace("hook_", ""));
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

    public String corpus() {
        return order.documents().corpus();
    }

    public int context() {
        return order.cut().context();
    }

    public int bosId() {
        return order.cut().bosId();
    }

    public int blockRows() {
        return order.mixed().blockRows();
    }

    public long seed() {
        return order.mixed().seed();
    }

    public String model() {
        return values.model();
    }

    public String hook() {
        return values.hook();
    }

    public int width() {
        return values.width();
    }

    public String dtype() {
        return values.dtype();
    }

    private static String label(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-+|-+$", "");
    }
}
