package dev.sluice.local;

import dev.sluice.evaluator.through.RowSet;
import dev.sluice.producer.ProducerConfiguration;
import dev.sluice.producer.hub.CorpusSource;
import dev.sluice.producer.hub.ModelSource;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.trainer.spec.VariantFileCheck;
import dev.sluice.trainer.spec.VariantFileException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for, checked as far as that needs no model and no corpus.
 *
 * @param streams to publish
 * @param training of the variants
 * @param dataDir of this run
 * @param listening ports
 * @param ending what happens when all is done
 * @param tracking folder of TensorBoard's event files, null for none
 */
record RunOptions(
        Streams streams,
        Training training,
        Path dataDir,
        Listening listening,
        Ending ending,
        @Nullable Path tracking) {
    /**
     * What is published.
     *
     * @param model {@link ProducerConfiguration#SAMPLE}, a Hugging Face folder or a name on the hub
     * @param corpus {@link ProducerConfiguration#SAMPLE}, a file, a folder or a name on the hub
     * @param modelDtype of the model's linear maps, F32 or BF16
     * @param hooks names of hook points, empty for the middle layer's
     * @param synthetic name or file of a synthetic source instead of a model and a corpus, null for these
     * @param tokens to publish at least, null for the whole corpus
     * @param seed of the stream
     */
    record Streams(
            String model,
            String corpus,
            String modelDtype,
            List<String> hooks,
            @Nullable String synthetic,
            @Nullable Long tokens,
            long seed) {
        Streams {
            hooks = List.copyOf(hooks);
        }
    }

    /**
     * What is trained.
     *
     * @param variants file, null for the default ones
     * @param epochs of every variant, null to leave them as the variants say
     * @param modelRows that are replaced and scored in the language model, by the word of a {@link RowSet}
     */
    record Training(@Nullable Path variants, @Nullable Integer epochs, String modelRows) {}

    /**
     * Where the run listens.
     *
     * @param httpPort of the page, 0 for a free one, null for the default
     * @param kafkaPort of the broker, 0 for a free one, null for the default
     */
    record Listening(@Nullable Integer httpPort, @Nullable Integer kafkaPort) {}

    /**
     * What happens at the end.
     *
     * @param exitWhenDone leave when all is trained and scored
     * @param report file to write when done
     */
    record Ending(boolean exitWhenDone, @Nullable Path report) {}

    private static final Pattern HOOK =
            Pattern.compile("blocks\\.\\d{1,4}\\.hook_(resid_pre|resid_mid|resid_post|attn_out|mlp_out)");
    private static final int MAX_EPOCHS = 1_000_000;
    private static final int MAX_PORT = 65_535;

    RunOptions {
        requireStreams(streams);
        requireTraining(training, streams.tokens());
        require(!Files.exists(dataDir) || Files.isDirectory(dataDir), "--data-dir", "a folder, or absent", dataDir);
        requirePorts(listening);
        requireReport(ending.report());
        require(
                tracking == null || !Files.exists(tracking) || Files.isDirectory(tracking),
                "--tracking-dir",
                "a folder, or absent",
                tracking);
    }

    private static void requireStreams(Streams streams) {
        require(
                ModelSource.isLocation(streams.model()),
                "--model",
                "'sample', an existing folder or a name on the hub, ORG/NAME[@REVISION]",
                streams.model());
        require(
                CorpusSource.isLocation(streams.corpus()),
                "--corpus",
                "'sample', an existing file or folder or a name on the hub, [ORG/]NAME[:FOLDER][@REVISION]",
                streams.corpus());
        require(
                ProducerConfiguration.MODEL_DTYPES.contains(streams.modelDtype()),
                "--model-dtype",
                "one of " + String.join(", ", ProducerConfiguration.MODEL_DTYPES),
                streams.modelDtype());
        List<String> hooks = streams.hooks();
        hooks.forEach(RunOptions::requireHook);
        require(new HashSet<>(hooks).size() == hooks.size(), "--hook", "given once for each hook point", hooks);
        requireSynthetic(streams);
    }

    private static void requireSynthetic(Streams streams) {
        String synthetic = streams.synthetic();
        if (synthetic == null) {
            return;
        }
        require(
                NamedSpec.isLocation(synthetic),
                "--synthetic",
                "an existing file or one of " + String.join(", ", NamedSpec.BUNDLED),
                synthetic);
        boolean alone = streams.model().equals(ProducerConfiguration.SAMPLE)
                && streams.corpus().equals(ProducerConfiguration.SAMPLE)
                && streams.hooks().isEmpty();
        require(alone, "--synthetic", "given without --model, --corpus and --hook", synthetic);
    }

    private static void requireTraining(Training training, @Nullable Long tokens) {
        requireVariants(training.variants());
        require(tokens == null || tokens > 0, "--tokens", "at least 1", tokens);
        Integer epochs = training.epochs();
        require(
                RowSet.words().contains(training.modelRows()),
                "--model-rows",
                "one of " + String.join(", ", RowSet.words()),
                training.modelRows());
        require(epochs == null || (epochs > 0 && epochs <= MAX_EPOCHS), "--epochs", "1 to " + MAX_EPOCHS, epochs);
    }

    private static void requirePorts(Listening listening) {
        Integer httpPort = listening.httpPort();
        Integer kafkaPort = listening.kafkaPort();
        requirePort("--http-port", httpPort);
        requirePort("--kafka-port", kafkaPort);
        require(
                httpPort == null || httpPort == 0 || !httpPort.equals(kafkaPort),
                "--kafka-port",
                "not the page's port",
                kafkaPort);
    }

    /** What is wrong with them whatever the streams will be: nobody should wait for a broker to hear of that. */
    private static void requireVariants(@Nullable Path variants) {
        if (variants == null) {
            return;
        }
        require(Files.isRegularFile(variants), "--variants", "an existing file", variants);
        try {
            VariantFileCheck.check(variants);
        } catch (VariantFileException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private static void requireHook(String name) {
        require(
                HOOK.matcher(name).matches(),
                "--hook",
                "blocks.<layer>.hook_ with resid_pre, resid_mid, resid_post, attn_out or mlp_out",
                name);
    }

    private static void requirePort(String option, @Nullable Integer port) {
        require(port == null || (port >= 0 && port <= MAX_PORT), option, "0 to " + MAX_PORT, port);
    }

    /** Known now rather than after the work is done. */
    private static void requireReport(@Nullable Path report) {
        if (report == null) {
            return;
        }
        Path folder = report.toAbsolutePath().getParent();
        require(report.toString().endsWith(".json"), "--report", "a file that ends in .json", report);
        require(!Files.isDirectory(report), "--report", "a file, not a folder", report);
        require(
                folder != null && Files.isDirectory(folder) && Files.isWritable(folder),
                "--report",
                "in a folder that exists and can be written",
                report);
    }

    private static void require(boolean met, String option, String rule, @Nullable Object got) {
        if (!met) {
            throw new WrongInput(option + " must be " + rule + ", got " + got);
        }
    }
}
