package dev.sluice.producer.contract;

import dev.sluice.producer.tensor.Dtype;
import dev.sluice.producer.tensor.Safetensors;
import dev.sluice.producer.tensor.SafetensorsException;
import dev.sluice.producer.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/** The parts of an {@link ActivationRecord}'s bytes, all checked: whoever holds one may trust every value in it. */
record RecordLayout(ByteBuffer bytes, RecordMetadata metadata, Tensor activations, Labels labels) {
    /** The labels of all rows, [rows] each. */
    record Labels(
            LongBuffer documents,
            IntBuffer windows,
            IntBuffer tokenIds,
            IntBuffer positions,
            IntBuffer subsets,
            ByteBuffer classes) {
        static Labels read(Safetensors file, int rows) {
            return new Labels(
                    labels(file, "documents", Dtype.I64, rows).asLongBuffer(),
                    labels(file, "windows", Dtype.I32, rows).asIntBuffer(),
                    labels(file, "token_ids", Dtype.I32, rows).asIntBuffer(),
                    labels(file, "positions", Dtype.I32, rows).asIntBuffer(),
                    labels(file, "subsets", Dtype.I32, rows).asIntBuffer(),
                    labels(file, "classes", Dtype.U8, rows));
        }
    }

    /** An int, as the value has less than 2^31 bytes. */
    int rows() {
        return (int) activations.shape()[0];
    }

    /** An int, as the value has less than 2^31 bytes. */
    int width() {
        return (int) activations.shape()[1];
    }

    static RecordLayout read(ByteBuffer bytes) {
        Safetensors file = parse(bytes);
        RecordMetadata metadata = RecordMetadata.of(file.metadata());
        Tensor activations = tensor(file, "activations");
        long[] shape = activations.shape();
        if (shape.length != 2
                || shape[0] < 1
                || shape[1] < 1
                || !activations.dtype().widensToFloat()) {
            throw new ContractException("record.activations must be F16, BF16 or F32 [rows, width] of at least one row,"
                    + " got " + activations.dtype() + Arrays.toString(shape));
        }
        int rows = (int) shape[0];
        if (metadata.firstRow() > Long.MAX_VALUE - rows) {
            throw new ContractException(
                    "record.first_row must leave room for " + rows + " rows, got " + metadata.firstRow());
        }
        RecordLayout layout = new RecordLayout(bytes, metadata, activations, Labels.read(file, rows));
        layout.checkLabels();
        layout.checkFinite();
        return layout;
    }

    private static Safetensors parse(ByteBuffer bytes) {
        try {
            return Safetensors.parse(bytes);
        } catch (SafetensorsException e) {
            throw new ContractException("record must be one safetensors file: " + e.getMessage(), e);
        }
    }

    private static Tensor tensor(Safetensors file, String name) {
        if (!file.names().contains(name)) {
            throw new ContractException("record." + name + " must be present, the record has " + file.names());
        }
        return file.tensor(name);
    }

    private static ByteBuffer labels(Safetensors file, String name, Dtype dtype, int rows) {
        Tensor tensor = tensor(file, name);
        if (tensor.dtype() != dtype || !Arrays.equals(tensor.shape(), new long[] {rows})) {
            throw new ContractException("record." + name + " must be " + dtype + "[" + rows + "] like activations, got "
                    + tensor.dtype() + Arrays.toString(tensor.shape()));
        }
        return tensor.data();
    }

    private void checkLabels() {
        int rows = rows();
        for (int row = 0; row < rows; row++) {
            requireCount("documents", row, labels.documents().get(row));
            requireCount("windows", row, labels.windows().get(row));
            requireCount("token_ids", row, labels.tokenIds().get(row));
            requireCount("positions", row, labels.positions().get(row));
            requireSubset(row);
            requireClass(row);
        }
    }

    private static void requireCount(String field, int row, long value) {
        if (value < 0) {
            throw wrong(field, row, "must be at least 0", value);
        }
    }

    private void requireSubset(int row) {
        int names = metadata.subsets().size();
        if (labels.subsets().get(row) < 0 || labels.subsets().get(row) >= names) {
            throw wrong(
                    "subsets",
                    row,
                    "must index one of " + names + " names",
                    labels.subsets().get(row));
        }
    }

    private void requireClass(int row) {
        int last = RowClass.LAST_CODE;
        if (labels.classes().get(row) < 0 || labels.classes().get(row) > last) {
            throw wrong(
                    "classes",
                    row,
                    "must be 0 to " + last,
                    Byte.toUnsignedInt(labels.classes().get(row)));
        }
    }

    private void checkFinite() {
        long bad = FiniteScan.firstNonFinite(activations.data(), activations.dtype());
        if (bad >= 0) {
            int width = width();
            int row = (int) (bad / width);
            throw new ContractException("record.activations[" + row + "][" + bad % width
                    + "] must be finite (row number " + (metadata.firstRow() + row) + ")");
        }
    }

    private static ContractException wrong(String field, int row, String rule, long value) {
        return new ContractException("record." + field + "[" + row + "] " + rule + ", got " + value);
    }
}
