package dev.sluice.producer.publish;

import dev.sluice.producer.block.BlockReader;
import dev.sluice.producer.block.CorpusPlace;
import dev.sluice.producer.block.Harvest;
import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.RowLabels;
import dev.sluice.producer.block.SyntheticForward;
import dev.sluice.producer.block.WindowBlocks;
import dev.sluice.producer.block.WindowCursor;
import dev.sluice.producer.contract.RowOrder;
import dev.sluice.producer.contract.RowValues;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.corpus.Corpus;
import dev.sluice.producer.corpus.Document;
import dev.sluice.producer.corpus.Tokenizer;
import dev.sluice.producer.corpus.Window;
import dev.sluice.producer.corpus.Windows;
import dev.sluice.producer.engine.Torch;
import dev.sluice.producer.hub.ModelSource;
import dev.sluice.producer.model.LanguageModel;
import dev.sluice.producer.model.ModelConfig;
import dev.sluice.producer.publish.ProducerMetrics.Stage;
import dev.sluice.producer.synthetic.NamedSpec;
import dev.sluice.producer.synthetic.SyntheticSource;
import dev.sluice.producer.synthetic.SyntheticSpec;
import dev.sluice.producer.tensor.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A {@link RowSource} ready to be read from any place, and the identity of its streams but for their dtype. */
final class OpenSource implements AutoCloseable {
    /** Of documents: the split rule of {@link Document#heldOut}. */
    private static final int HELDOUT_PERCENT = 5;

    private final ProducerSettings settings;
    private final Documents documents;
    private final List<String> hooks;
    private final StreamSpec template;
    private final Harvest harvest;
    private final Runnable onClose;

    /** A corpus, and how its documents become windows. */
    private record Documents(Corpus corpus, Function<Document, List<Window>> cut) {}

    private OpenSource(
            ProducerSettings settings,
            Documents documents,
            List<String> hooks,
            StreamSpec template,
            Harvest harvest,
            Runnable onClose) {
        this.settings = settings;
        this.documents = documents;
        this.hooks = hooks;
        this.template = template;
        this.harvest = harvest;
        this.onClose = onClose;
    }

    /** @throws PublishException if the blocks do not fit the memory */
    void requireFits(MixingMemory memory) {
        memory.require(template, hooks.size());
    }

    /**
     * Loads what the source needs.
     *
     * @throws IOException if the model folder cannot be read
     */
    static OpenSource open(ProducerSettings settings, Torch torch, ComputeLane lane, ProducerMetrics metrics)
            throws IOException {
        if (settings.source() instanceof RowSource.Text text) {
            return ofText(settings, text, torch, lane, metrics);
        }
        return ofSynthetic(settings, ((RowSource.Synthetic) settings.source()).source());
    }

    private static OpenSource ofText(
            ProducerSettings settings, RowSource.Text text, Torch torch, ComputeLane lane, ProducerMetrics metrics)
            throws IOException {
        Path folder = text.model().folder();
        ModelConfig config = ModelConfig.read(folder);
        if (text.context() > config.maxPositions()) {
            throw new PublishException("context must be at most the model's " + config.maxPositions()
                    + " positions, got " + text.context());
        }
        Tokenizer tokenizer = Tokenizer.open(folder);
        LanguageModel model = lane.call(() -> LanguageModel.open(folder, torch.manager(), text.dtype()));
        text.hooks().forEach(model::hookPoint);
        Windows windows = new Windows(text.context(), tokenizer.bosId(config.bosId()), text.truncate());
        StreamSpec template = new StreamSpec(
                order(
                        settings,
                        text.corpus(),
                        tokenizer.digest(),
                        new RowOrder.Cut(windows.context(), windows.bosId(), windows.truncate())),
                values(text, config.dModel()));
        return new OpenSource(
                settings,
                new Documents(
                        text.corpus(),
                        document -> metrics.timed(
                                Stage.TOKENIZE, () -> windows.cut(document, tokenizer.ids(document.text())))),
                text.hooks(),
                template,
                new Harvest(
                        new ModelForward(model, torch.manager(), lane, metrics),
                        rows -> RowLabels.ofText(rows, tokenizer.specialIds())),
                () -> {
                    tokenizer.close();
                    lane.callAtEnd(model::close);
                });
    }

    /** Bounded by its number of rows, since the last row of a source is one to train on. */
    private static OpenSource ofSynthetic(ProducerSettings settings, NamedSpec source) {
        SyntheticCorpus corpus = new SyntheticCorpus(source);
        long rows = source.spec().extent().rows();
        long bound = settings.tokens() == 0 ? rows : Math.min(rows, settings.tokens());
        return new OpenSource(
                settings.withTokens(bound),
                new Documents(corpus, corpus::cut),
                List.of(RowSource.Synthetic.NAME),
                new StreamSpec(
                        syntheticOrder(settings, corpus, bound), syntheticValues(source.spec(), corpus.digest())),
                new Harvest(new SyntheticForward(new SyntheticSource(source.spec())), RowLabels::ofSynthetic),
                () -> {});
    }

    private static RowOrder syntheticOrder(ProducerSettings settings, SyntheticCorpus corpus, long bound) {
        return new RowOrder(
                new RowOrder.Documents(corpus.name(), corpus.digest(), 0, ""),
                new RowOrder.Cut(SyntheticCorpus.CONTEXT, -1, true),
                RowOrder.Mixing.ofRows(settings.blockRows(), settings.seed()),
                bound);
    }

    private static RowValues syntheticValues(SyntheticSpec spec, String digest) {
        String name = RowSource.Synthetic.NAME;
        return new RowValues(name, digest, null, name, spec.width(), ProducerSettings.AUTO, spec);
    }

    /** One stream each. */
    List<String> hooks() {
        return hooks;
    }

    /** What no model, hook point or dtype changes. */
    private static RowOrder order(ProducerSettings settings, Corpus corpus, String tokenizerDigest, RowOrder.Cut cut) {
        return new RowOrder(
                new RowOrder.Documents(corpus.name(), corpus.digest(), HELDOUT_PERCENT, tokenizerDigest),
                cut,
                RowOrder.Mixing.ofRows(settings.blockRows(), settings.seed()),
                settings.tokens());
    }

    private static RowValues values(RowSource.Text text, int width) throws IOException {
        ModelSource model = text.model();
        @Nullable String dtype = text.dtype() == Dtype.F32 ? null : text.dtype().name();
        return new RowValues(model.name(), model.identity(), dtype, text.hooks().get(0), width, ProducerSettings.AUTO);
    }

    /** The identity of a hook's stream with this dtype. */
    StreamSpec spec(String hook, String dtype) {
        return new StreamSpec(template.order(), template.values().at(hook, dtype));
    }

    /**
     * Reads blocks from a place on.
     *
     * @param block number of the block that begins there
     * @param firstRow train rows before it
     */
    BlockReader reader(CorpusPlace place, long block, long firstRow) {
        Corpus corpus = documents.corpus();
        WindowCursor cursor = new WindowCursor(corpus, documents.cut(), place);
        WindowBlocks blocks =
                new WindowBlocks(cursor, template.blockRows(), settings.tokens(), corpus.bytes(), block, firstRow);
        return new BlockReader(corpus.name(), cursor, blocks, harvest);
    }

    /** Train rows that each stream will have, as far as the beginning of the corpus tells; may take a second. */
    long expectedRows() {
        return ExpectedRows.of(documents.corpus(), documents.cut(), settings.tokens())
                .rows();
    }

    String device() {
        return harvest.device();
    }

    /** Stored bytes of the corpus, -1 if unknown. */
    long corpusBytes() {
        return documents.corpus().bytes().orElse(-1);
    }

    @Override
    public void close() {
        onClose.run();
    }
}
