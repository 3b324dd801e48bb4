package dev.sluice.producer.publish;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Of a sequence of byte strings: {@code h_0} is empty, {@code h_k = SHA-256(h_(k-1) followed by value k)}. A prefix is
 * named by 32 bytes, and goes on from them alone.
 */
final class ChainedHash {
    private byte[] hash = {};

    void add(byte[] value) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(hash);
            hash = sha256.digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** 64 hex digits; empty before the first value. */
    String hex() {
        return HexFormat.of().formatHex(hash);
    }
}
