package dev.sluice.local;

import dev.sluice.evaluator.through.RowSet;
import dev.sluice.producer.ProducerConfiguration;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs everything in this process: what {@code deploy/local/run} does without a subcommand. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        customSynopsis = {
            "deploy/local/run [--model sample|DIR|NAME] [--corpus sample|FILE|DIR|NAME] [--synthetic NAME|FILE]",
            "                        [--model-dtype F32|BF16] [--hook NAME]... [--variants FILE] [--tokens N]",
            "                        [--epochs N] [--seed N] [--model-rows rest|all] [--data-dir DIR]",
            "                        [--http-port P] [--kafka-port P] [--exit-when-done] [--report FILE]",
            "                        [--tracking-dir DIR]",
            "       deploy/local/run variant add FILE | list | get ID | pause ID | resume ID | replay ID | delete ID",
            "       deploy/local/run top [--url URL] [--once]",
            "       deploy/local/run report [DIR...] [--html FILE] [--markdown FILE]",
            "       deploy/local/run checkpoint DIR-OR-FILE [--json]",
            "       deploy/local/run export VARIANT DIR | import DIR --id NAME",
            "       deploy/local/run producer|trainer|evaluator --help",
            "       deploy/local/run broker [--data-dir DIR] [--kafka-port P]",
            "       deploy/local/run completion"
        },
        description = {
            "",
            "Runs a language model over text, publishes its activations to an embedded Kafka broker, trains sparse"
                    + " autoencoders, K-means and PCA online from that one log, and serves a live page of how good"
                    + " each is.",
            "",
            "Without options it does so on the bundled sample, in about a minute. An interrupted run goes on when the"
                    + " same command is given again; it ends with the same state, bit for bit.",
            ""
        },
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done, or help was asked for",
            "1:a service, a variant or the start failed; the message says which",
            "2:the command line, or a file that it names, is wrong",
            "130, 143:stopped by Ctrl-C or SIGTERM; the same command goes on"
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  deploy/local/run",
            "      the sample, the default variants; watch http://127.0.0.1:8080/",
            "  deploy/local/run --exit-when-done --report report.json",
            "      the same without staying; writes report.json and, beside it, .md, .svg, .html and .metrics.jsonl",
            "  deploy/local/run --hook blocks.1.hook_mlp_out --hook blocks.4.hook_resid_post --tokens 50000",
            "      two streams, each of the first 50,000 tokens",
            "  deploy/local/run --model path/to/pythia-70m --corpus path/to/pile.parquet --data-dir pile",
            "      a Hugging Face folder over a corpus of one's own",
            "  deploy/local/run --model EleutherAI/pythia-70m-deduped --corpus NeelNanda/pile-10k",
            "      the same by name, from the hub or its cache; @REVISION pins a branch, a tag or a commit",
            "  deploy/local/run variant add mine.yaml",
            "      more dictionaries for the run that is up; they replay its log and catch up",
            "  deploy/local/run top",
            "      the run that is up, in the terminal: variants, curves, results by activation function",
            "  deploy/local/run report .sluice --html report.html",
            "      at any time, also of several data dirs: plots, methods at matched L0, what was run",
            "  deploy/local/run checkpoint .sluice",
            "      what each variant's training state is: <variant> <row> <sha256>",
            "  source <(deploy/local/run completion)",
            "      completion of all this in bash and zsh",
            "",
            "Environment: JAVA_HOME (a JDK of 17 or newer), SLUICE_JAVA_OPTS (further options of the JVM),",
            "SLUICE_BUILD=never (start what is built), DJL_CACHE_DIR (where torch is unpacked), NO_COLOR; for names on",
            "the hub HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE, HTTPS_PROXY, NO_PROXY."
        })
final class RunCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--model",
            paramLabel = "sample|DIR|NAME",
            defaultValue = ProducerConfiguration.SAMPLE,
            description = "Language model: the bundled one, a Hugging Face folder"
                    + " (config.json, model.safetensors, tokenizer.json), or its name on the hub, ORG/NAME[@REVISION],"
                    + " fetched once. Default: ${DEFAULT-VALUE}")
    private String model = ProducerConfiguration.SAMPLE;

    @Option(
            names = "--corpus",
            paramLabel = "sample|FILE|DIR|NAME",
            defaultValue = ProducerConfiguration.SAMPLE,
            description = "Text: the bundled one, a .parquet or .jsonl file (also .gz, .zst) with a column 'text', a"
                    + " folder of such files or of plain text, or a data set's name on the hub,"
                    + " [ORG/]NAME[:FOLDER][@REVISION], fetched once: the Parquet files of its split 'train'."
                    + " Default: ${DEFAULT-VALUE}")
    private String corpus = ProducerConfiguration.SAMPLE;

    @Option(
            names = "--synthetic",
            paramLabel = "NAME|FILE",
            description = "Instead of a model and a corpus: rows whose features are known, so that it can be measured"
                    + " which dictionary finds them again; 'known-features', 'recovery' or a YAML file"
                    + " (producer/README.md)")
    private @Nullable String synthetic;

    @Option(
            names = "--model-dtype",
            paramLabel = "F32|BF16",
            defaultValue = "F32",
            description =
                    "Of the model's linear maps and attention. BF16 is about twice as fast where the processor has"
                            + " it, and makes another stream. Default: ${DEFAULT-VALUE}")
    private String modelDtype = "F32";

    @Option(
            names = "--hook",
            paramLabel = "NAME",
            description = "Where in the model the activations are taken, by TransformerLens names"
                    + " (blocks.3.hook_resid_post; resid_pre, resid_mid, attn_out, mlp_out); several make one stream"
                    + " each. Default: the middle layer's resid_post")
    private @Nullable List<String> hooks;

    @Option(
            names = "--variants",
            paramLabel = "FILE",
            description = "The dictionaries to train, as YAML or JSON. Default: TopK, L1, K-means and PCA as in"
                    + " deploy/local/src/main/resources/dev/sluice/local/variants.yaml")
    private @Nullable Path variants;

    @Option(
            names = "--tokens",
            paramLabel = "N",
            description = "Publish the first whole sequences that reach N training tokens. Default: the whole corpus")
    private @Nullable Long tokens;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "How often each variant reads the stream; the model runs once. Default: as the variants say"
                    + " (5 for the default ones)")
    private @Nullable Integer epochs;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Of the order of the rows in the stream. Another seed is another stream; a data dir keeps"
                    + " both. Default: ${DEFAULT-VALUE}")
    private long seed;

    @Option(
            names = "--model-rows",
            paramLabel = "rest|all",
            defaultValue = "rest",
            description =
                    "Rows that are replaced in the language model to score final checkpoints through it, and whose"
                            + " predictions count: those of class rest, or all. Default: ${DEFAULT-VALUE}")
    private String modelRows = RowSet.REST.word();

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".sluice",
            description = "Holds the log, the checkpoints and the services' log file; one run at a time."
                    + " Default: ${DEFAULT-VALUE} in the working directory")
    private Path dataDir = Path.of(".sluice");

    @Option(
            names = "--http-port",
            paramLabel = "P",
            description = "Of the page, on 127.0.0.1; 0 takes a free one. Default: the one this data dir had, else"
                    + " 8080, else a free one")
    private @Nullable Integer httpPort;

    @Option(
            names = "--kafka-port",
            paramLabel = "P",
            description = "Of the broker, on 127.0.0.1; 0 takes a free one. Default: the one this data dir had, else"
                    + " 9092, else a free one")
    private @Nullable Integer kafkaPort;

    @Option(
            names = "--exit-when-done",
            description = "Leave when every variant is trained and scored; without it the page stays up")
    private boolean exitWhenDone;

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description =
                    "When done, write the results as FILE (.json), and beside it .md (table), .svg (plot), .html (all"
                            + " of it) and .metrics.jsonl (every window and score); a second hook's stream has its id in the names")
    private @Nullable Path report;

    @Option(
            names = "--tracking-dir",
            paramLabel = "DIR",
            description = "Write the metrics as event files for TensorBoard while it runs, a folder for each variant."
                    + " MLflow is told where MLFLOW_TRACKING_URI names its server")
    private @Nullable Path trackingDir;

    @Override
    public Integer call() throws Exception {
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        String given = String.join(" ", command.getParseResult().originalArgs());
        try {
            return new LocalRun(options(), ("deploy/local/run " + given).strip()).run();
        } catch (WrongInput e) {
            throw new ParameterException(command, Objects.requireNonNull(e.getMessage()), e);
        }
    }

    RunOptions options() {
        return new RunOptions(
                new RunOptions.Streams(
                        model, corpus, modelDtype, hooks == null ? List.of() : hooks, synthetic, tokens, seed),
                new RunOptions.Training(variants, epochs, modelRows),
                dataDir,
                new RunOptions.Listening(httpPort, kafkaPort),
                new RunOptions.Ending(exitWhenDone, report),
                trackingDir);
    }
}
