package dev.sluice.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** The archive of loaded classes that {@code run} starts with, made once per build by whichever test JVM comes first. */
final class ClassArchive {
    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path ARCHIVE =
            TARGET.resolve("classes-" + Runtime.version().feature() + ".jsa");
    private static final Path JAR = TARGET.resolve("sluice-local.jar");
    /** There once making an archive failed: it is not tried again for this build. */
    private static final Path FAILED = TARGET.resolve("archive-of-tests.failed");

    private static final long MOST_MINUTES = 5;
    private static boolean prepared;

    private ClassArchive() {}

    /** @param script that starts a run */
    static synchronized void prepare(Path script) {
        if (prepared) {
            return;
        }
        prepared = true;
        try (FileChannel channel = FileChannel.open(
                        TARGET.resolve("archive.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && isStale()) {
                archive(script);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the class archive cannot be made in " + TARGET, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isStale() throws IOException {
        return isOlder(ARCHIVE) && isOlder(FAILED);
    }

    private static boolean isOlder(Path file) throws IOException {
        return !Files.exists(file) || Files.getLastModifiedTime(file).compareTo(Files.getLastModifiedTime(JAR)) < 0;
    }

    /** Of a run of one small variant; without an archive tests take longer, and nothing else changes. */
    private static void archive(Path script) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("sluice-archive");
        Path archive = ARCHIVE.resolveSibling("tests.jsa.new");
        File log = TARGET.resolve("archive-of-tests.log").toFile();
        ProcessBuilder builder = new ProcessBuilder(
                        script.toString(),
                        "--tokens",
                        "2000",
                        "--epochs",
                        "1",
                        "--http-port",
                        "0",
                        "--kafka-port",
                        "0",
                        "--exit-when-done",
                        "--variants",
                        variant(folder).toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log);
        builder.environment().put("SLUICE_BUILD", "never");
        builder.environment()
                .put("SLUICE_JAVA_OPTS", ChildRun.UNOPTIMISED + " -Xlog:cds=error -XX:ArchiveClassesAtExit=" + archive);
        Files.deleteIfExists(ARCHIVE);
        Process run = builder.start();
        if (!run.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
            run.destroyForcibly().waitFor();
        } else if (run.exitValue() == 0 && Files.exists(archive)) {
            Files.move(archive, ARCHIVE, StandardCopyOption.REPLACE_EXISTING);
            return;
        }
        Files.writeString(FAILED, log.toString());
    }

    private static Path variant(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("v.yaml"), "variants: [{id: topk, dictionary: {kind: topk, latents: 64, k: 4}}]");
    }
}
