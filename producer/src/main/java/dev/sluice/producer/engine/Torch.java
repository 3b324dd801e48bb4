package dev.sluice.producer.engine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;

/** The torch engine, started and tested, with its device and its root of memory. */
public final class Torch implements AutoCloseable {
    private static final String ENGINE = "PyTorch";
    private static final String SELF_TEST = """
            def gram(self, x: Tensor, scale: float) -> Tensor:
                return torch.mul(torch.mm(x, torch.t(x)), scale)
            """;
    private static final float SELF_TEST_TOLERANCE = 1e-4f;

    private final NDManager manager;
    private final int threads;

    private Torch(NDManager manager, int threads) {
        this.manager = manager;
        this.threads = threads;
    }

    /** Starts with as many intra-op threads as there are processors. */
    public static Torch start() {
        return start(Runtime.getRuntime().availableProcessors());
    }

    /**
     * Starts the engine offline, on the GPU if it sees one. The native library is unpacked below {@code DJL_CACHE_DIR},
     * or DJL's default, once. A later start in the same process sets the threads anew.
     *
     * @param threads intra-op threads, also of threads that first call torch later
     * @throws TorchException if a tiny program does not compute what Java does
     */
    public static Torch start(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, got " + threads);
        }
        setIfAbsent("ai.djl.offline", "true");
        setIfAbsent("OPT_OUT_TRACKING", "true");
        setIfAbsent("ai.djl.pytorch.num_interop_threads", "1");
        setIfAbsent("ai.djl.pytorch.graph_optimizer", "false");
        Engine engine = Engine.getEngine(ENGINE);
        JniUtils.setNumThreads(threads);
        Device device = engine.getGpuCount() > 0 ? Device.gpu() : Device.cpu();
        Torch torch = new Torch(engine.newBaseManager(device), threads);
        torch.selfTest();
        return torch;
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    public Device device() {
        return manager.getDevice();
    }

    /** The root manager; use sub-managers and scopes. */
    public NDManager manager() {
        return manager;
    }

    public int threads() {
        return threads;
    }

    /** The JVM's compute thread: start one, and call torch from nowhere else. */
    public ComputeThread startComputeThread() {
        return ComputeThread.start(() -> {
            JniUtils.setNumThreads(threads);
            JniUtils.setGradMode(false);
        });
    }

    private void selfTest() {
        int rows = StableProduct.LEAST_ROWS;
        int inner = 3;
        float[] x = new float[rows * inner];
        for (int i = 0; i < x.length; i++) {
            x[i] = (i % 7) - 2.5f;
        }
        try (NDScope scope = new NDScope();
                TorchProgram program = TorchProgram.of(manager, "self-test", SELF_TEST)) {
            NDArray tensor = manager.create(x, new Shape(rows, inner));
            float[] actual = program.callForOne("gram", tensor, 0.5).toFloatArray();
            requireGram(x, rows, inner, actual);
            scope.suppressNotUsedWarning();
        }
    }

    private static void requireGram(float[] x, int rows, int inner, float[] actual) {
        for (int i = 0; i < rows * rows; i++) {
            float expected = 0;
            for (int j = 0; j < inner; j++) {
                expected += 0.5f * x[i / rows * inner + j] * x[i % rows * inner + j];
            }
            if (!(Math.abs(actual[i] - expected) <= SELF_TEST_TOLERANCE)) {
                throw new TorchException("torch failed its self-test: element " + i + " of a product must be "
                        + expected + ", got " + actual[i] + "; is another libtorch on PYTORCH_LIBRARY_PATH?");
            }
        }
    }

    @Override
    public void close() {
        manager.close();
    }
}
