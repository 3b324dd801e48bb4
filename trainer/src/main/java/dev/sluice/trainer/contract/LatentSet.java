package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Base64;
import java.util.BitSet;

/** An immutable set of latents; on the wire base64 of its bits, latent 0 in the lowest bit of the first byte. */
public final class LatentSet {
    private final BitSet bits;

    private LatentSet(BitSet bits) {
        this.bits = bits;
    }

    /** A set of a copy of these bits. */
    public static LatentSet of(BitSet bits) {
        return new LatentSet((BitSet) bits.clone());
    }

    public static LatentSet empty() {
        return new LatentSet(new BitSet());
    }

    @JsonCreator
    static LatentSet fromBase64(String text) {
        return new LatentSet(BitSet.valueOf(Base64.getDecoder().decode(text)));
    }

    @JsonValue
    String toBase64() {
        return Base64.getEncoder().encodeToString(bits.toByteArray());
    }

    public LatentSet or(LatentSet other) {
        BitSet union = (BitSet) bits.clone();
        union.or(other.bits);
        return new LatentSet(union);
    }

    public boolean contains(int latent) {
        return bits.get(latent);
    }

    public int size() {
        return bits.cardinality();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatentSet that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    public String toString() {
        return bits.toString();
    }
}
