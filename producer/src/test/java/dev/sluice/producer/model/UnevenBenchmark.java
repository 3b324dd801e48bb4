package dev.sluice.producer.model;

import ai.djl.ndarray.NDManager;
import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.DocumentCursor;
import dev.sluice.producer.corpus.Tokenizer;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.corpus.Windows;
import dev.sluice.producer.engine.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What batches by length are worth on the first whole documents of the sample, in the shape of pythia-70m: beside batches of 16
 * documents in the corpus' order, padded to their longest. Both ways in turn.
 *
 * <pre>mvn -B -Pbench -pl producer -am test -DskipTests -Dbench=dev.sluice.producer.model.UnevenBenchmark</pre>
 */
final class UnevenBenchmark {
    private static final int ROUNDS = 3;
    private static final int DOCUMENTS = 64;
    private static final int BATCH = 16;
    private static final int MAX_TOKENS = 2_048;
    private static final int CONTEXT = 1_024;

    private UnevenBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("uneven");
        BundledSample.unpackModel(folder.resolve("sample"));
        List<int[]> documents = documents(folder.resolve("sample"));
        RandomNeox.PYTHIA_70M.write(folder.resolve("model"), 1);
        try (Torch torch = Torch.start();
                LanguageModel model = LanguageModel.open(folder.resolve("model"), torch.manager())) {
            int[] lengths = documents.stream().mapToInt(ids -> ids.length).toArray();
            List<int[]> padded = IntStream.range(0, documents.size() / BATCH)
                    .mapToObj(i -> IntStream.range(BATCH * i, BATCH * (i + 1)).toArray())
                    .toList();
            List<int[]> byLength = LengthBatches.split(Arrays.copyOf(lengths, BATCH * padded.size()), MAX_TOKENS);
            double[] slow = new double[ROUNDS];
            double[] fast = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                slow[i] = seconds(torch, model, documents, padded);
                fast[i] = seconds(torch, model, documents, byLength);
            }
            Arrays.sort(slow);
            Arrays.sort(fast);
            long tokens = Arrays.stream(lengths, 0, BATCH * padded.size()).sum();
            System.out.printf(
                    Locale.ROOT,
                    "%d tokens, %.0f %% of the padded ones: padded %.0f tokens/s, by length %.0f tokens/s, ratio %.2f%n",
                    tokens,
                    100.0
                            * tokens
                            / padded.stream()
                                    .mapToLong(batch -> paddedTokens(lengths, batch))
                                    .sum(),
                    tokens / slow[ROUNDS / 2],
                    tokens / fast[ROUNDS / 2],
                    slow[ROUNDS / 2] / fast[ROUNDS / 2]);
        }
    }

    private static long paddedTokens(int[] lengths, int[] batch) {
        return (long) batch.length
                * Arrays.stream(batch).map(i -> lengths[i]).max().orElseThrow();
    }

    /** The first window of each document. */
    private static List<int[]> documents(Path model) throws Exception {
        List<int[]> documents = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.open(model);
                DocumentCursor cursor = BundledSample.corpus().open(0)) {
            Windows windows = new Windows(CONTEXT, 0, true);
            while (cursor.hasNext() && documents.size() < DOCUMENTS) {
                Document document = cursor.next();
                windows.cut(document, tokenizer.ids(document.text())).stream()
                        .map(Window::tokenIds)
                        .forEach(documents::add);
            }
        }
        return documents;
    }

    private static double seconds(Torch torch, LanguageModel model, List<int[]> documents, List<int[]> batches) {
        long start = System.nanoTime();
        HookPoint last = model.hookPoint("blocks.5.hook_resid_post");
        try (NDManager manager = torch.manager().newSubManager()) {
            for (int[] batch : batches) {
                int[][] sequences =
                        Arrays.stream(batch).mapToObj(documents::get).toArray(int[][]::new);
                model.activations(manager, sequences, last).close();
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }
}
