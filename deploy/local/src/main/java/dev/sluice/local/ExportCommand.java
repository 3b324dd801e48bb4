package dev.sluice.local;

import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.topic.CompactedTopic;
import dev.sluice.producer.topic.ProgressTopic;
import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.checkpoint.CheckpointListing;
import dev.sluice.trainer.checkpoint.StoredCheckpoint;
import dev.sluice.trainer.dictionary.Kind;
import dev.sluice.trainer.dictionary.sae.SaeWeights;
import dev.sluice.trainer.exchange.Exchange;
import dev.sluice.trainer.exchange.ExchangeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the newest checkpoint of a variant as a folder of SAELens. */
@Command(
        name = "export",
        description = "Writes the newest checkpoint of an SAE as a folder that SAELens' SAE.load_from_disk reads",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ExportCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "VARIANT", description = "Its id, as 'checkpoint' and the page show it")
    private String variant = "";

    @Parameters(paramLabel = "DIR", description = "Made if absent; cfg.json and sae_weights.safetensors are replaced")
    private Path target = Path.of("");

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".sluice",
            description = "Of the run, which may be up. Default: ${DEFAULT-VALUE} in the working directory")
    private Path dataDir = Path.of(".sluice");

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = "A report of the run; what it says of the variant is written beside the weights, as"
                    + " metadata.json")
    private @Nullable Path report;

    @Override
    public Integer call() {
        Logs.quiet();
        try {
            StoredCheckpoint checkpoint = checkpoint();
            SaeWeights weights = weights(checkpoint);
            // Read first, so that a report of something else leaves the folder as it is.
            ExportMetadata metadata = report == null ? null : ExportMetadata.of(report, checkpoint.header(), weights);
            Exchange.writeSaelens(weights, Exchange.metadata(stream(checkpoint)), target);
            if (metadata != null) {
                metadata.write(target);
            }
            PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
            out.printf("%s after %,d tokens: %s%n", variant, checkpoint.header().tokens(), target.toAbsolutePath());
            out.flush();
            return 0;
        } catch (IOException e) {
            throw new LocalException("cannot write " + target + ": " + e.getMessage(), e);
        } catch (CheckpointException | ExchangeException e) {
            throw new LocalException(String.valueOf(e.getMessage()), e);
        }
    }

    private StoredCheckpoint checkpoint() {
        List<StoredCheckpoint> all = CheckpointListing.of(dataDir).checkpoints();
        List<String> ids =
                all.stream().map(each -> each.header().spec().id()).sorted().toList();
        return all.stream()
                .filter(each -> each.header().spec().id().equals(variant))
                .findFirst()
                .orElseThrow(() -> new LocalException(
                        "VARIANT must be one that has a checkpoint, " + String.join(", ", ids) + ", got " + variant));
    }

    private SaeWeights weights(StoredCheckpoint checkpoint) {
        try {
            return Kind.of(checkpoint.header().spec())
                    .weights(checkpoint.header().spec(), checkpoint)
                    .orElseThrow(() -> new LocalException(
                            "VARIANT must be an SAE of a kind that SAELens has, " + variant + " is of kind "
                                    + checkpoint.header().spec().dictionary().kind()));
        } catch (IllegalStateException e) {
            throw new LocalException(variant + " " + e.getMessage(), e);
        }
    }

    private StreamSpec stream(StoredCheckpoint checkpoint) {
        String id = checkpoint.header().spec().stream();
        try (LocalLog log = LocalLog.open(dataDir)) {
            return ProgressTopic.TOPIC
                    .decided(log.kafka(), List.of(id), CompactedTopic.LIMIT)
                    .value(id)
                    .map(StreamProgress::spec)
                    .orElseThrow(
                            () -> new LocalException("the log must know stream " + id + ", but has no progress of it"));
        }
    }
}
