package dev.sluice.local;

import dev.sluice.trainer.checkpoint.CheckpointException;
import dev.sluice.trainer.checkpoint.CheckpointListing;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints what the training state of each variant is, verified against the hash in its file's name. */
@Command(
        name = "checkpoint",
        description = "Prints what each variant's training state is, one line each: <variant> <row> <sha256>",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class CheckpointCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "DIR-OR-FILE", description = "A data dir, a folder of checkpoints, or one checkpoint file")
    private Path place = Path.of("");

    @Option(names = "--json", description = "All of each manifest, as a JSON array")
    private boolean json;

    @Override
    public Integer call() {
        Logs.quiet();
        CommandLine command = Objects.requireNonNull(spec).commandLine();
        CheckpointListing listing = listing(command);
        PrintWriter out = command.getOut();
        if (json) {
            out.println(listing.json());
        } else {
            listing.lines().forEach(out::println);
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private CheckpointListing listing(CommandLine command) {
        try {
            return CheckpointListing.of(place);
        } catch (CheckpointException e) {
            throw new ParameterException(command, Objects.requireNonNull(e.getMessage()), e);
        }
    }
}
