package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDArray;

/** Takes a learner's state; the order of the calls is the order in the checkpoint, so it must be fixed. */
public interface StateSink {
    /** A tensor of float32, float64, int32 or int64, copied before the call returns. */
    void tensor(String name, NDArray value);

    /** A tensor of the same types whose memory stays, unchanged, until the state is written: it may be read then. */
    void standing(String name, NDArray value);

    void longs(String name, long[] values);

    void doubles(String name, double[] values);
}
