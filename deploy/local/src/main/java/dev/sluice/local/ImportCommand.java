package dev.sluice.local;

import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.exchange.Exchange;
import dev.sluice.trainer.exchange.ExchangeException;
import dev.sluice.trainer.exchange.ForeignSae;
import dev.sluice.trainer.exchange.VariantImport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes an SAE of another library a variant that is measured like any other, and does not learn. */
@Command(
        name = "import",
        description =
                "Makes an SAE of SAELens or sparsify a variant that is measured like any other, and does not learn",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ImportCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            description = "cfg.json and sae_weights.safetensors (SAELens) or sae.safetensors (sparsify)")
    private Path source = Path.of("");

    @Option(names = "--id", paramLabel = "NAME", required = true, description = "Of the variant")
    private String id = "";

    @Option(names = "--stream", paramLabel = "ID", description = "Where the log has several of this width")
    private @Nullable String stream;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            defaultValue = ".sluice",
            description = "Of the run; one that is not up measures it at its next start. Default: ${DEFAULT-VALUE} in "
                    + "the working directory")
    private Path dataDir = Path.of(".sluice");

    @Override
    public Integer call() {
        Logs.quiet();
        try {
            ForeignSae sae = Exchange.read(source);
            try (LocalLog log = LocalLog.open(dataDir)) {
                VariantSpec added =
                        new VariantImport(log.kafka(), log.checkpoints(), RunPlan.PARTITIONS).add(id, sae, stream);
                PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
                out.println(added.id() + " on " + added.stream() + (log.isLive() ? "" : ": measured at the next run"));
                // Any stream of its width can be measured; whether it is the right one, people see.
                sae.metadata()
                        .properties()
                        .forEach(said -> out.println(
                                "  " + said.getKey() + " " + said.getValue().asText()));
                out.flush();
            }
            return 0;
        } catch (IOException e) {
            throw new LocalException("cannot write the checkpoint of " + id + ": " + e.getMessage(), e);
        } catch (ExchangeException e) {
            throw new LocalException(String.valueOf(e.getMessage()), e);
        }
    }
}
