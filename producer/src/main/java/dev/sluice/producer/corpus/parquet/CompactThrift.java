package dev.sluice.producer.corpus.parquet;

import dev.sluice.producer.corpus.CorpusException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.apache.parquet.io.ParquetDecodingException;

/**
 * Walks a struct in Thrift's compact protocol and refuses containers that declare more elements than bytes remain: the
 * generated readers allocate a list by its declared size.
 */
final class CompactThrift {

    private static final int MAX_DEPTH = 32;

    private final ByteBuffer in;
    private final String what;

    private CompactThrift(ByteBuffer in, String what) {
        this.in = in;
        this.what = what;
    }

    static void check(ByteBuffer struct, String what) {
        try {
            new CompactThrift(struct, what).struct(0);
        } catch (BufferUnderflowException e) {
            throw new CorpusException(what + " ends within a field; it must be one complete Thrift struct", e);
        } catch (ParquetDecodingException e) {
            throw new CorpusException(what + ": " + e.getMessage(), e);
        }
    }

    private void struct(int depth) {
        if (depth > MAX_DEPTH) {
            throw new CorpusException(what + " must nest at most " + MAX_DEPTH + " deep");
        }
        for (int header = in.get(); header != 0; header = in.get()) {
            if ((header & 0xF0) == 0) {
                varint();
            }
            int type = header & 0x0F;
            if (type > 2) {
                value(type, depth);
            }
        }
    }

    private void value(int type, int depth) {
        switch (type) {
            case 1, 2, 3 -> skip(1);
            case 4, 5, 6 -> varint();
            case 7 -> skip(Double.BYTES);
            case 8 -> skip(size(varint()));
            case 9, 10 -> list(depth);
            case 11 -> map(depth);
            case 12 -> struct(depth + 1);
            default -> throw new CorpusException(what + " holds a field of the unknown Thrift type " + type);
        }
    }

    private void list(int depth) {
        int header = in.get();
        int nibble = (header >> 4) & 0x0F;
        int elements = size(nibble == 15 ? varint() : nibble);
        for (int i = 0; i < elements; i++) {
            value(header & 0x0F, depth + 1);
        }
    }

    private void map(int depth) {
        int entries = size(varint());
        int types = entries == 0 ? 0 : in.get();
        for (int i = 0; i < entries; i++) {
            value((types >> 4) & 0x0F, depth + 1);
            value(types & 0x0F, depth + 1);
        }
    }

    private int size(long declared) {
        if (declared < 0 || declared > in.remaining()) {
            throw new CorpusException(what + " declares " + Long.toUnsignedString(declared)
                    + " elements or bytes where only " + in.remaining() + " bytes remain");
        }
        return (int) declared;
    }

    private void skip(int bytes) {
        if (bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        in.position(in.position() + bytes);
    }

    private long varint() {
        return Varint.unsigned64(in);
    }
}
