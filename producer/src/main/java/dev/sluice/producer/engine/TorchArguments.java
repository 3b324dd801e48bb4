package dev.sluice.producer.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;

/** Java values as TorchScript values, open until {@link #close()}. */
final class TorchArguments implements AutoCloseable {
    private final IValue[] values;

    TorchArguments(Object... arguments) {
        values = new IValue[arguments.length];
        try {
            for (int i = 0; i < arguments.length; i++) {
                values[i] = convert(i, arguments[i]);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    IValue[] values() {
        return values;
    }

    private static IValue convert(int index, Object argument) {
        if (argument instanceof NDArray tensor) {
            return IValue.from((PtNDArray) tensor);
        }
        if (argument instanceof NDList tensors) {
            return IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
        }
        if (argument instanceof Long || argument instanceof Integer) {
            return IValue.from(((Number) argument).longValue());
        }
        if (argument instanceof Double || argument instanceof Float) {
            return IValue.from(((Number) argument).doubleValue());
        }
        if (argument instanceof Boolean flag) {
            return IValue.from(flag);
        }
        if (argument instanceof String text) {
            return IValue.from(text);
        }
        if (argument instanceof long[] numbers) {
            return IValue.listFrom(numbers);
        }
        throw new IllegalArgumentException("argument " + index
                + " must be an NDArray, NDList, long, double, boolean, String or long[], got " + argument.getClass());
    }

    @Override
    public void close() {
        for (IValue value : values) {
            if (value != null) {
                value.close();
            }
        }
    }
}
