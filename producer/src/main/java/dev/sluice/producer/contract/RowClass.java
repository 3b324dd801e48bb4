package dev.sluice.producer.contract;

/** The class of a row, as the byte that the record carries. Rankings use {@link #REST} alone. */
public enum RowClass {
    REST(0),
    FIRST_POSITION(1),
    SPECIAL_TOKEN(2),
    /** Norm over 10 times the median norm of the first block's rows. */
    NORM_OUTLIER(3);

    private static final RowClass[] BY_CODE = values();
    static final int LAST_CODE = BY_CODE.length - 1;

    private final byte code;

    RowClass(int code) {
        this.code = (byte) code;
    }

    public byte code() {
        return code;
    }

    /**
     * The class with this code.
     *
     * @throws ContractException if there is none
     */
    public static RowClass of(byte code) {
        int index = Byte.toUnsignedInt(code);
        if (index >= BY_CODE.length) {
            throw new ContractException("classes must be 0 to " + (BY_CODE.length - 1) + ", got " + index);
        }
        return BY_CODE[index];
    }
}
