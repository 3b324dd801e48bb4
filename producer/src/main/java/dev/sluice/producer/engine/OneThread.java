package dev.sluice.producer.engine;

import ai.djl.pytorch.jni.JniUtils;
import java.util.function.Supplier;

/** Runs torch with one intra-op thread, where bits would depend on their number: decompositions. */
public final class OneThread {
    private OneThread() {}

    /** On the calling thread, which then has the threads that it had. */
    public static <T> T run(Supplier<T> work) {
        int threads = JniUtils.getNumThreads();
        JniUtils.setNumThreads(1);
        try {
            return work.get();
        } finally {
            JniUtils.setNumThreads(threads);
        }
    }
}
