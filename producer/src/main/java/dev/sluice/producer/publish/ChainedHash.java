package dev.sluice.producer.publish;

import dev.sluice.producer.hash.Sha256;
import java.security.MessageDigest;

/**
 * Of a sequence of byte strings: {@code h_0} is empty, {@code h_k = SHA-256(h_(k-1) followed by value k)}. A prefix is
 * named by 32 bytes, and goes on from them alone.
 */
final class ChainedHash {
    private byte[] hash = {};

    void add(byte[] value) {
        MessageDigest digest = Sha256.start();
        digest.update(hash);
        hash = digest.digest(value);
    }

    /** 64 hex digits; empty before the first value. */
    String hex() {
        return Sha256.hexDigits(hash);
    }
}
