package dev.sluice.producer.corpus;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Text that has exactly one UTF-8 encoding: nothing is replaced, because the encoding decides the split. */
public final class StrictText {

    /** The longest document or JSON line that is read: several copies of it must fit in the heap. */
    static final int MAX_BYTES = 1 << 27;

    private StrictText() {}

    static String tooLong(long bytes) {
        return "a document must have at most " + MAX_BYTES + " bytes, got " + bytes;
    }

    public static String decode(byte[] utf8, String location) {
        return decode(ByteBuffer.wrap(utf8), location);
    }

    /** Decodes all of the buffer, or names the first byte that is not UTF-8. */
    public static String decode(ByteBuffer utf8, String location) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        int start = utf8.position();
        try {
            CharBuffer text = decoder.decode(utf8);
            return text.toString();
        } catch (CharacterCodingException e) {
            int at = utf8.position();
            throw new CorpusException(
                    String.format(
                            "%s: text must be valid UTF-8, got byte 0x%02x at byte %d",
                            location, utf8.get(Math.min(at, utf8.limit() - 1)), at - start),
                    e);
        }
    }

    /** Refuses unpaired surrogates, which a JSON escape can write and UTF-8 cannot. */
    static String checked(String text, String location) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw new CorpusException(String.format(
                        "%s: text must be valid Unicode, got the unpaired surrogate \\u%04x at character %d",
                        location, (int) c, i));
            }
        }
        return text;
    }
}
