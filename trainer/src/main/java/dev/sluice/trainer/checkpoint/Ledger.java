package dev.sluice.trainer.checkpoint;

import dev.sluice.producer.contract.Json;
import dev.sluice.producer.hash.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * What a variant has consumed: two variants with equal ledgers saw the same rows, with the same content, in the same
 * order, each once a pass.
 *
 * @param rows consumed over all passes
 * @param rowSum sum of their row numbers, modulo 2^64
 * @param chain SHA-256 over the previous chain and the next rows, 64 hex digits; empty before the first
 */
public record Ledger(long rows, long rowSum, String chain) {
    public static final Ledger EMPTY = new Ledger(0, 0, "");

    /**
     * This ledger after further consecutive rows of one pass.
     *
     * @param crc32c over the rows' content as the reader decoded it
     */
    public Ledger plus(int epoch, long firstRow, int count, int crc32c) {
        long sum = (count % 2 == 0) ? count / 2 * (2 * firstRow + count - 1) : count * (firstRow + (count - 1) / 2);
        String link = chain + "/" + epoch + "/" + firstRow + "/" + count + "/" + Integer.toHexString(crc32c);
        return new Ledger(rows + count, rowSum + sum, Sha256.hex(link));
    }

    String toJson() {
        return new String(Json.write(this), StandardCharsets.UTF_8);
    }

    static Ledger fromJson(String json) {
        return Json.read(json.getBytes(StandardCharsets.UTF_8), Ledger.class);
    }
}
