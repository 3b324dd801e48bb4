package dev.sluice.producer.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.management.OperatingSystemMXBean;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.tensor.Dtype;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Forward speed in the shape of pythia-70m, 16 sequences of 128 tokens, to the last layer's residual stream; run with the
 * environment of the launcher: {@code THP_MEM_ALLOC_ENABLE=1 OMP_WAIT_POLICY=PASSIVE java -cp ...
 * dev.sluice.producer.model.ForwardBenchmark [threads] [rounds]}.
 */
final class ForwardBenchmark {
    private static final int BATCH = 16;
    private static final int TIME = 128;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private ForwardBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int threads = arguments.length > 0
                ? Integer.parseInt(arguments[0])
                : Runtime.getRuntime().availableProcessors();
        int rounds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
        Path folder = Files.createTempDirectory("pythia-shape");
        long start = System.nanoTime();
        RandomNeox.PYTHIA_70M.write(folder, 1);
        System.out.printf("written in %.2f s%n", seconds(start));
        try (Torch torch = Torch.start(threads)) {
            for (Dtype dtype : List.of(Dtype.F32, Dtype.BF16)) {
                try (LanguageModel model = LanguageModel.open(folder, torch.manager(), dtype)) {
                    System.out.print(dtype + ", ");
                    measure(torch, model, rounds);
                }
            }
        } finally {
            Files.deleteIfExists(folder.resolve("model.safetensors"));
            Files.deleteIfExists(folder.resolve("config.json"));
            Files.deleteIfExists(folder);
        }
    }

    private static void measure(Torch torch, LanguageModel model, int rounds) {
        Random random = new Random(1);
        int[][] sequences = new int[BATCH][];
        Arrays.setAll(
                sequences,
                i -> random.ints(TIME, 0, model.config().vocabulary()).toArray());
        HookPoint last = model.hookPoint("blocks.5.hook_resid_post");
        double[] forward = new double[rounds];
        double[] product = new double[rounds];
        double[] processor = new double[rounds];
        int checksum = 0;
        try (NDManager manager = torch.manager().newSubManager()) {
            for (int i = 0; i < rounds; i++) {
                long start = System.nanoTime();
                long startOfProcess = PROCESS.getProcessCpuTime();
                NDArray value = model.activations(manager, sequences, last);
                forward[i] = seconds(start);
                processor[i] = (PROCESS.getProcessCpuTime() - startOfProcess) / 1e9;
                checksum = Arrays.hashCode(value.toFloatArray());
                value.close();
                product[i] = products(manager, model.config());
            }
        }
        Arrays.sort(forward);
        Arrays.sort(product);
        Arrays.sort(processor);
        System.out.printf(
                "%d threads: median %.0f tokens/s, best %.0f, %.0f a processor second; %.2f times its products in float32; checksum %08x%n",
                torch.threads(),
                BATCH * TIME / forward[rounds / 2],
                BATCH * TIME / forward[0],
                BATCH * TIME / processor[rounds / 2],
                forward[rounds / 2] / product[rounds / 2],
                checksum);
    }

    /** The time of the layers' four linear maps alone. */
    private static double products(NDManager parent, ModelConfig config) {
        try (NDManager manager = parent.newSubManager()) {
            int rows = BATCH * TIME;
            int[][] shapes = {
                {config.dModel(), 3 * config.dModel()},
                {config.dModel(), config.dModel()},
                {config.dModel(), config.dMlp()},
                {config.dMlp(), config.dModel()}
            };
            double seconds = 0;
            for (int[] shape : shapes) {
                NDArray x = manager.ones(new Shape(rows, shape[0]));
                NDArray w = manager.ones(new Shape(shape[1], shape[0]));
                long start = System.nanoTime();
                for (int layer = 0; layer < config.layers(); layer++) {
                    x.matMul(w.transpose()).close();
                }
                seconds += seconds(start);
            }
            return seconds;
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
