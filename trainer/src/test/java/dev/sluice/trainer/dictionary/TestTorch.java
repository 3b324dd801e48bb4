package dev.sluice.trainer.dictionary;

import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import dev.sluice.producer.engine.Torch;

/** The engine of the tests of this JVM. */
public final class TestTorch {
    private static final Torch TORCH = Torch.start();

    private TestTorch() {}

    /** A manager of its own, closed by the test. */
    public static NDManager manager() {
        JniUtils.setNumThreads(TORCH.threads());
        return TORCH.manager().newSubManager();
    }

    /** Sets the intra-op threads until the next {@link #manager()}. */
    public static void threads(int threads) {
        JniUtils.setNumThreads(threads);
    }
}
