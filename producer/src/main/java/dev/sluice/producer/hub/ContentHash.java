package dev.sluice.producer.hub;

import dev.sluice.producer.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What identifies a file's content on the hub: its etag there and the name of its blob in the cache. A large file has
 * the SHA-256 of its bytes, a file that git keeps the SHA-1 that git gives it.
 *
 * @param hex 64 or 40 lower-case digits
 */
record ContentHash(String hex) {

    private static final Pattern FORM = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final int SHA256_DIGITS = 64;
    private static final int CHUNK_BYTES = 1 << 16;

    /** Of an {@code ETag} or a listing; empty if it is neither hash. */
    static Optional<ContentHash> parse(String etag) {
        String bare = etag.replaceFirst("^W/", "").replace("\"", "");
        return FORM.matcher(bare).matches() ? Optional.of(new ContentHash(bare)) : Optional.empty();
    }

    String algorithm() {
        return isSha256() ? "SHA-256" : "git's SHA-1";
    }

    boolean isSha256() {
        return hex.length() == SHA256_DIGITS;
    }

    /** A digest that gives {@link #hex} once it has seen all of the file. */
    MessageDigest begin(long fileBytes) {
        if (isSha256()) {
            return Sha256.start();
        }
        try {
            MessageDigest git = MessageDigest.getInstance("SHA-1");
            git.update(("blob " + fileBytes + "\0").getBytes(StandardCharsets.US_ASCII));
            return git;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }

    /** The hash of the same kind that a file has. */
    ContentHash of(Path file) throws IOException {
        MessageDigest digest = begin(Files.size(file));
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
        return end(digest);
    }

    static ContentHash end(MessageDigest digest) {
        return new ContentHash(Sha256.finish(digest));
    }
}
