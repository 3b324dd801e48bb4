package dev.sluice.producer.corpus;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.sluice.producer.hash.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A Hugging Face {@code tokenizer.json}, run by the native library in DJL's jar.
 *
 * <p>Text becomes ids as a whole: nothing is added, cut or padded, whatever the file asks for. Holds native memory until
 * closed. {@link #ids} may be called by several threads.
 */
public final class Tokenizer implements AutoCloseable {

    /** What GPT-2, GPT-NeoX and the sample use to begin a sequence when their config does not say. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    private static final long MAX_FILE_BYTES = 1L << 28;
    private static final Map<String, String> AS_IT_IS =
            Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

    static {
        // Without one of these DJL calls home when its native library is loaded.
        if (System.getenv("DJL_OFFLINE") == null && System.getProperty("ai.djl.offline") == null) {
            System.setProperty("ai.djl.offline", "true");
        }
    }

    private final HuggingFaceTokenizer tokenizer;
    private final String digest;
    private final Map<String, Integer> specials;

    private Tokenizer(HuggingFaceTokenizer tokenizer, String digest, Map<String, Integer> specials) {
        this.tokenizer = tokenizer;
        this.digest = digest;
        this.specials = specials;
    }

    /**
     * Reads a tokenizer.
     *
     * @param file a {@code tokenizer.json}, or the model folder that holds one
     * @throws CorpusException if it is absent or not a tokenizer
     */
    public static Tokenizer open(Path file) {
        Path json = Files.isDirectory(file) ? file.resolve("tokenizer.json") : file;
        byte[] content = content(json);
        Map<String, Integer> specials = TokenizerFile.specials(content, json);
        try {
            HuggingFaceTokenizer tokenizer =
                    HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(content), AS_IT_IS);
            return new Tokenizer(tokenizer, Sha256.hex(content), specials);
        } catch (IOException | RuntimeException e) {
            throw new CorpusException(json + ": is not a tokenizer that can be loaded: " + e.getMessage(), e);
        }
    }

    private static byte[] content(Path json) {
        if (!Files.isRegularFile(json)) {
            throw new CorpusException("tokenizer must be an existing tokenizer.json, got '" + json + "'");
        }
        try {
            long size = Files.size(json);
            if (size > MAX_FILE_BYTES) {
                throw new CorpusException(
                        json + ": a tokenizer must have at most " + MAX_FILE_BYTES + " bytes, got " + size);
            }
            return Files.readAllBytes(json);
        } catch (IOException e) {
            throw new CorpusException(json + ": cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * The ids of a whole text [n]; special tokens written in the text count as such, none is added.
     *
     * @throws CorpusException if the text holds an unpaired surrogate
     */
    public int[] ids(String text) {
        StrictText.checked(text, "tokenizer");
        // DJL's Encoding also copies tokens and spans as objects, some 20 times the memory of the ids.
        long encoding = TokenizersLibrary.LIB.encode(tokenizer.getHandle(), text, false);
        try {
            long[] ids = TokenizersLibrary.LIB.getTokenIds(encoding);
            int[] narrow = new int[ids.length];
            for (int i = 0; i < ids.length; i++) {
                narrow[i] = Math.toIntExact(ids[i]);
            }
            return narrow;
        } finally {
            TokenizersLibrary.LIB.deleteEncoding(encoding);
        }
    }

    /**
     * The token that begins every window: the model's own, else {@value #END_OF_TEXT}.
     *
     * @param configured {@code bos_token_id} of the model's {@code config.json}, if it has one
     * @throws CorpusException if neither exists
     */
    public int bosId(OptionalInt configured) {
        Integer endOfText = specials.get(END_OF_TEXT);
        if (configured.isEmpty() && endOfText == null) {
            throw new CorpusException("the model must name bos_token_id, or its tokenizer must have the special token "
                    + END_OF_TEXT + ", got special tokens " + specials.keySet());
        }
        return configured.orElseGet(() -> Objects.requireNonNull(endOfText));
    }

    /** SHA-256 of the file. */
    public String digest() {
        return digest;
    }

    /** Ids of the added tokens that the file marks as special, ascending. */
    public SortedSet<Integer> specialIds() {
        return new TreeSet<>(specials.values());
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
