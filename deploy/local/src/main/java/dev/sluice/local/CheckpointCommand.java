package dev.sluice.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** placeholder until the listing exists */
@Command(
        name = "checkpoint",
        description = "Prints what each variant's training state is, one line each: <variant> <row> <sha256>",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class CheckpointCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIR-OR-FILE", description = "A data dir, a folder of checkpoints, or one checkpoint file")
    private @Nullable Path place;

    @Option(names = "--json", description = "All of each manifest, as a JSON array")
    private boolean json;

    @Override
    public Integer call() {
        return place != null && Files.exists(place) && json ? 0 : 1;
    }
}
