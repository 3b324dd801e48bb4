package dev.sluice.trainer.rest;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.hash.Sha256;
import dev.sluice.producer.service.Problem;
import dev.sluice.trainer.contract.WantedVariant;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request demands of the variant as it is (RFC 9110, 13.1). An ETag stands for what is wanted; how far the
 * training is does not change it.
 *
 * @param match value of {@code If-Match}, null without
 * @param noneMatch value of {@code If-None-Match}, null without
 */
record Precondition(@Nullable String match, @Nullable String noneMatch) {
    static final Precondition NONE = new Precondition(null, null);

    private static final String ANY = "*";
    private static final int DIGITS = 16;

    static String etag(WantedVariant wanted) {
        return '"' + Sha256.hex(Json.write(wanted)).substring(0, DIGITS) + '"';
    }

    /** @throws Problem with 412 unless it is met */
    void require(String id, @Nullable WantedVariant there) {
        if (match != null && (there == null || !names(match, etag(there)))) {
            throw failed(id + " must match If-Match " + match, there);
        }
        if (there != null && isKnown(etag(there))) {
            throw failed(id + " must not match If-None-Match " + noneMatch, there);
        }
    }

    /** Whether {@code If-None-Match} names it: who asks has it already. */
    boolean isKnown(String etag) {
        return noneMatch != null && names(noneMatch.replace("W/", ""), etag);
    }

    private static boolean names(String header, String etag) {
        Stream<String> listed = Arrays.stream(header.split(",")).map(String::strip);
        return listed.anyMatch(one -> one.equals(ANY) || one.equals(etag));
    }

    private static Problem failed(String rule, @Nullable WantedVariant there) {
        String found = there == null ? "nothing" : etag(there);
        return new Problem(Problem.PRECONDITION_FAILED, rule + ", got " + found, Map.of("etag", found));
    }
}
