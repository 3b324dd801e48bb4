package dev.sluice.local;

import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.BundledSample;
import dev.sluice.producer.corpus.Corpora;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.CorpusException;
import dev.sluice.producer.corpus.Tokenizer;
import dev.sluice.producer.corpus.Windows;
import dev.sluice.producer.model.HookPoint;
import dev.sluice.producer.model.ModelConfig;
import dev.sluice.producer.model.ModelException;
import dev.sluice.producer.publish.ProducerSettings;
import dev.sluice.producer.publish.RowSource;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.control.VariantDefaults;
import dev.sluice.trainer.control.VariantFile;
import dev.sluice.trainer.control.VariantFileException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** What the services are to do: the options, completed by what the model's and the corpus' files say. */
final class RunPlan {
    private static final String DEFAULT_VARIANTS = "variants.yaml";
    private static final int DEFAULT_EPOCHS = 5;

    private final RunOptions options;
    private final RowSource.Text source;
    private final ModelConfig config;

    private RunPlan(RunOptions options, RowSource.Text source, ModelConfig config) {
        this.options = options;
        this.source = source;
        this.config = config;
    }

    /**
     * Opens the corpus and reads the model's configuration, nothing larger.
     *
     * @param sampleModel where the bundled model is unpacked
     * @throws WrongInput if one of them cannot be used, or the model has no such hook point
     */
    static RunPlan of(RunOptions options, Path sampleModel) {
        try {
            boolean sample = options.model().equals(RunOptions.SAMPLE);
            Path folder = sample ? BundledSample.unpackModel(sampleModel) : Path.of(options.model());
            ModelConfig config = ModelConfig.read(folder);
            Corpus corpus = Corpora.open(options.corpus());
            Path last = folder.toAbsolutePath().normalize().getFileName();
            String name = sample ? RunOptions.SAMPLE : String.valueOf(last);
            RowSource.Text source = new RowSource.Text(
                    corpus,
                    name,
                    folder,
                    hooks(options, config),
                    Math.min(Windows.DEFAULT_CONTEXT, config.maxPositions()),
                    false);
            return new RunPlan(options, source, config);
        } catch (ModelException | CorpusException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        } catch (IOException e) {
            throw new LocalException("the bundled model cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private static List<String> hooks(RunOptions options, ModelConfig config) {
        for (String hook : options.hooks()) {
            if (HookPoint.parse(hook).layer() >= config.layers()) {
                throw new WrongInput(
                        "--hook must be in layer 0 to " + (config.layers() - 1) + " of this model, got " + hook);
            }
        }
        if (!options.hooks().isEmpty()) {
            return options.hooks();
        }
        return List.of(new HookPoint(config.layers() / 2, HookPoint.Site.RESID_POST).name());
    }

    ProducerSettings producer() {
        ProducerSettings settings = ProducerSettings.of(source)
                .withSeed(options.seed())
                .withTokens(options.tokens() == null ? 0 : options.tokens());
        boolean sample = options.corpus().equals(RunOptions.SAMPLE);
        return sample ? settings.withBlockRows(ProducerSettings.SAMPLE_BLOCK_ROWS) : settings;
    }

    List<String> hooks() {
        return source.hooks();
    }

    int epochs() {
        return options.epochs() == null ? DEFAULT_EPOCHS : options.epochs();
    }

    /** How many rows the schedules count on; reads up to the first half million tokens of the corpus. */
    ExpectedRows expectedRows() {
        try (Tokenizer tokenizer = Tokenizer.open(source.modelFolder())) {
            Windows windows = new Windows(source.context(), tokenizer.bosId(config.bosId()), source.truncate());
            return ExpectedRows.of(
                    source.corpus(), tokenizer, windows, options.tokens() == null ? 0 : options.tokens());
        } catch (CorpusException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    /**
     * The dictionaries to train.
     *
     * @param streams that the producer publishes
     * @param rows that each will have
     * @throws WrongInput if the user's file holds what cannot be trained
     */
    List<VariantSpec> variants(List<StreamSpec> streams, ExpectedRows rows) {
        VariantFile file = new VariantFile(
                new VariantDefaults(streams, epochs(), Math.multiplyExact(rows.rows(), (long) epochs())));
        try {
            return options.variants() == null
                    ? file.parse(DEFAULT_VARIANTS, defaultVariants())
                    : file.read(options.variants());
        } catch (VariantFileException e) {
            throw new WrongInput(Objects.requireNonNull(e.getMessage()), e);
        }
    }

    private static String defaultVariants() {
        try (InputStream yaml =
                Objects.requireNonNull(RunPlan.class.getResourceAsStream(DEFAULT_VARIANTS), DEFAULT_VARIANTS)) {
            return new String(yaml.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + DEFAULT_VARIANTS, e);
        }
    }
}
