package dev.sluice.producer;

import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.CorpusException;
import dev.sluice.producer.corpus.Windows;
import dev.sluice.producer.hub.CorpusSource;
import dev.sluice.producer.hub.Hub;
import dev.sluice.producer.hub.ModelSource;
import dev.sluice.producer.hub.net.HubException;
import dev.sluice.producer.model.HookPoint;
import dev.sluice.producer.model.ModelConfig;
import dev.sluice.producer.model.ModelException;
import dev.sluice.producer.publish.ProducerService;
import dev.sluice.producer.publish.ProducerSettings;
import dev.sluice.producer.publish.RowSource;
import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.ConfigurationException;
import dev.sluice.producer.service.Key;
import dev.sluice.producer.service.Schema;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceProcess;
import dev.sluice.producer.service.ValueType;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.producer.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a producer publishes.
 *
 * @param input what is read
 * @param synthetic name or file of a synthetic source, which is published instead of a model's activations; or empty
 * @param output the rows that are published
 * @param recordsPerTransaction at most
 * @param workDir where the bundled model is unpacked
 */
public record ProducerConfiguration(
        Input input, Optional<String> synthetic, Output output, int recordsPerTransaction, Path workDir) {
    /**
     * The model and what it reads.
     *
     * @param model {@link #SAMPLE}, a Hugging Face folder or a name on the hub
     * @param corpus {@link #SAMPLE}, a file, a folder or a name on the hub
     * @param modelDtype of the model's linear maps, F32 or BF16
     * @param hooks names of hook points, empty for the middle layer's
     * @param context tokens of a window, 0 for the default
     * @param truncate whether only the first window of a document is kept
     */
    public record Input(
            String model, String corpus, Dtype modelDtype, List<String> hooks, int context, boolean truncate) {
        public Input {
            hooks = List.copyOf(hooks);
        }

        /** Whole documents in windows of the default context. */
        public static Input of(String model, String corpus, Dtype modelDtype, List<String> hooks) {
            return new Input(model, corpus, modelDtype, hooks, 0, false);
        }
    }

    /**
     * The rows of a stream.
     *
     * @param tokens to publish at least, 0 for the whole corpus
     * @param seed of the order of the rows
     * @param dtype of the rows, or {@code auto}
     * @param blockRows of the mixing block, 0 for the default
     */
    public record Output(long tokens, long seed, String dtype, int blockRows) {}

    /** The bundled model and the bundled corpus. */
    public static final String SAMPLE = BundledSample.NAME;

    private static final int MOST_CONTEXT = 1 << 20;

    private static final Key<String> MODEL = Key.of(
            "producer.model",
            new ValueType<>(
                    "sample|FOLDER|NAME",
                    "'sample', an existing folder or a name on the hub, ORG/NAME[@REVISION]",
                    ProducerConfiguration::checkedModel),
            SAMPLE,
            "Language model: the bundled one, a Hugging Face folder, or its name on the hub.");
    private static final Key<String> CORPUS = Key.of(
            "producer.corpus",
            new ValueType<>(
                    "sample|PATH|NAME",
                    "'sample', an existing file or folder or a name on the hub, [ORG/]NAME[:FOLDER][@REVISION]",
                    ProducerConfiguration::checkedCorpus),
            SAMPLE,
            "Text: the bundled one, a Parquet or JSONL file, a folder of such files or of plain text, or a data set's name"
                    + " on the hub.");
    private static final Key<String> SYNTHETIC = Key.optional(
            "producer.synthetic",
            new ValueType<>(
                    "NAME|FILE",
                    "an existing file or one of " + String.join(", ", NamedSpec.BUNDLED),
                    text -> checked(text, NamedSpec.isLocation(text))),
            "Synthetic source, by name or as a YAML file, that is published instead of a model's activations; absent: the"
                    + " model's.");
    /** What a model's linear maps may be. */
    public static final List<String> MODEL_DTYPES = List.of(Dtype.F32.name(), Dtype.BF16.name());

    private static final Key<String> MODEL_DTYPE = Key.of(
            "producer.model-dtype",
            ValueType.oneOf(MODEL_DTYPES),
            Dtype.F32.name(),
            "Of the model's linear maps and attention; BF16 is faster where the processor has it, and another stream.");
    private static final Key<List<String>> HOOKS = Key.optional(
            "producer.hooks",
            new ValueType<>(
                    "NAME,...", "hook points like blocks.3.hook_resid_post, each once", ProducerConfiguration::hooks),
            "Where in the model activations are taken, by TransformerLens names, one stream each; absent: the middle"
                    + " layer's hook_resid_post.");
    private static final Key<Long> TOKENS = Key.of(
            "producer.tokens",
            ValueType.whole(0, Long.MAX_VALUE),
            "0",
            "A stream ends at the first whole sequence that reaches so many training tokens; 0 for the whole corpus.");
    private static final Key<Long> SEED = Key.of(
            "producer.seed",
            ValueType.whole(Long.MIN_VALUE, Long.MAX_VALUE),
            "0",
            "Of the order of the rows; another seed is another stream.");
    private static final Key<String> DTYPE = Key.of(
            "producer.dtype",
            ValueType.oneOf(ProducerSettings.DTYPES),
            ProducerSettings.AUTO,
            "Of the rows; auto takes F16 where the first block fits it, else F32.");
    private static final Key<Integer> CONTEXT = Key.optional(
            "producer.context",
            ValueType.count(Windows.MIN_WINDOW, MOST_CONTEXT),
            "Tokens of a window, the BOS included; absent: " + Windows.DEFAULT_CONTEXT
                    + ", or the model's positions if those are fewer.");
    private static final Key<Boolean> TRUNCATE =
            Key.of("producer.truncate", ValueType.FLAG, "false", "Keep only the first window of each document.");
    private static final Key<Integer> BLOCK_ROWS = Key.of(
            "producer.block-rows",
            ValueType.count(0, ProducerSettings.MAX_BLOCK_ROWS),
            "0",
            "Rows that are mixed with each other, whatever the model; 0 for " + ProducerSettings.DEFAULT_BLOCK_ROWS
                    + ".");
    private static final Key<Integer> RECORDS = Key.of(
            "producer.records-per-transaction",
            ValueType.count(1, 1 << 10),
            Integer.toString(ProducerSettings.RECORDS_PER_TRANSACTION),
            "Records of about 1 MiB in one transaction, at most.");
    private static final Key<Path> WORK_DIR = Key.of(
            "producer.work-dir",
            new ValueType<>("FOLDER", "a folder", Path::of),
            "/tmp/sluice",
            "Where the bundled model is unpacked.");

    /** All that may be configured of a producer. */
    public static final Schema SCHEMA = new Schema(
            "producer",
            "Runs a language model over text and publishes its activations to Kafka.",
            List.of(
                    MODEL,
                    CORPUS,
                    SYNTHETIC,
                    MODEL_DTYPE,
                    HOOKS,
                    TOKENS,
                    SEED,
                    DTYPE,
                    CONTEXT,
                    TRUNCATE,
                    BLOCK_ROWS,
                    RECORDS,
                    WORK_DIR),
            List.of());

    static ProducerConfiguration of(Configuration values) {
        return new ProducerConfiguration(
                new Input(
                        values.get(MODEL),
                        values.get(CORPUS),
                        Dtype.valueOf(values.get(MODEL_DTYPE)),
                        values.find(HOOKS).orElse(List.of()),
                        values.find(CONTEXT).orElse(0),
                        values.get(TRUNCATE)),
                values.find(SYNTHETIC),
                new Output(values.get(TOKENS), values.get(SEED), values.get(DTYPE), values.get(BLOCK_ROWS)),
                values.get(RECORDS),
                values.get(WORK_DIR));
    }

    /** Everything of a model and a corpus at a seed, the rest as a producer does by default. */
    public static ProducerConfiguration of(Input input, long tokens, long seed, Path workDir) {
        return new ProducerConfiguration(
                input,
                Optional.empty(),
                new Output(tokens, seed, ProducerSettings.AUTO, 0),
                ProducerSettings.RECORDS_PER_TRANSACTION,
                workDir);
    }

    /** The same of a synthetic source. */
    public ProducerConfiguration ofSynthetic(String location) {
        return new ProducerConfiguration(input, Optional.of(location), output, recordsPerTransaction, workDir);
    }

    private static String checkedModel(String text) {
        return checked(text, ModelSource.isLocation(text));
    }

    private static String checkedCorpus(String text) {
        return checked(text, CorpusSource.isLocation(text));
    }

    private static String checked(String text, boolean known) {
        if (!known) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private static List<String> hooks(String text) throws IOException {
        try {
            return ValueType.LIST.parser().parse(text).stream()
                    .map(name -> HookPoint.parse(name).name())
                    .toList();
        } catch (ModelException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /**
     * Completes this by what the model's and the corpus' files say; fetches both if they are named on a hub and not
     * there yet.
     *
     * @param partitions of the topics keyed by variant
     * @param hub of models and data sets by name
     * @throws HubException if one of them cannot be had
     * @throws ConfigurationException if one of them cannot be used, or the model has no such hook point
     */
    public ProducerSettings settings(int partitions, Hub hub) {
        return new ProducerSettings(
                synthetic.isPresent() ? syntheticRows(synthetic.get()) : rowsOfText(hub),
                output.dtype(),
                output.tokens(),
                new ProducerSettings.Mixing(rowsOfBlock(), output.seed()),
                recordsPerTransaction,
                partitions);
    }

    private static RowSource syntheticRows(String location) {
        try {
            return new RowSource.Synthetic(NamedSpec.read(location));
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(Objects.requireNonNull(e.getMessage()), e);
        } catch (IOException e) {
            throw new ConfigurationException("the synthetic source " + location + " cannot be read: " + e, e);
        }
    }

    private RowSource rowsOfText(Hub hub) {
        try {
            ModelSource source = ModelSource.resolve(input.model(), workDir.resolve("model"), hub);
            ModelConfig config = ModelConfig.read(source.folder());
            int most = Math.min(Windows.DEFAULT_CONTEXT, config.maxPositions());
            return new RowSource.Text(
                    CorpusSource.resolve(input.corpus(), hub),
                    source,
                    hooksOf(config),
                    input.context() == 0 ? most : input.context(),
                    input.truncate(),
                    input.modelDtype());
        } catch (ModelException | CorpusException e) {
            throw new ConfigurationException(Objects.requireNonNull(e.getMessage()), e);
        } catch (IOException e) {
            throw new ConfigurationException("the bundled model cannot be unpacked into " + workDir + ": " + e, e);
        }
    }

    private int rowsOfBlock() {
        return output.blockRows() > 0 ? output.blockRows() : ProducerSettings.DEFAULT_BLOCK_ROWS;
    }

    private List<String> hooksOf(ModelConfig config) {
        List<String> hooks = input.hooks();
        for (String hook : hooks) {
            if (HookPoint.parse(hook).layer() >= config.layers()) {
                throw new ConfigurationException(List.of(
                        "hooks must be in layer 0 to " + (config.layers() - 1) + " of this model, got " + hook));
            }
        }
        return hooks.isEmpty() ? List.of(new HookPoint(config.layers() / 2, HookPoint.Site.RESID_POST).name()) : hooks;
    }

    /** The service that publishes this, as a part of the process. */
    public ProducerService service(ProducerSettings settings, ServiceConfiguration common, ServiceProcess process) {
        return new ProducerService(
                settings,
                common.kafka(),
                process.torch(),
                process.compute().lane("producer", 1),
                process.metrics(),
                process.health());
    }
}
