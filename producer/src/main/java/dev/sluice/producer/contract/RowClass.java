package dev.sluice.producer.contract;

/** The class of a row, as the byte that the record carries. Rankings use {@link #REST} alone. */
public enum RowClass {
    REST(0),
    FIRST_POSITION(1),
    SPECIAL_TOKEN(2),
    /** Norm over 10 times the median norm of the first block's rows. */
    NORM_OUTLIER(3);

    private final byte code;

    RowClass(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }
}
