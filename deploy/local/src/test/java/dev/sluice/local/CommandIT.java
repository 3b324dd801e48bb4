package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandIT {
    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    @Test
    void shouldExplainItselfFromAnyWorkingDirectory() {
        try (ChildRun help = ChildRun.start(folder, "--help").waitForSuccess(SOON)) {
            assertThat(help.output()).contains("--exit-when-done", "Examples:");
        }
    }

    @Test
    void shouldStartThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(
                folder.resolve("sluice"), Path.of("run").toAbsolutePath());
        try (ChildRun version = ChildRun.start(link, folder, "--version").waitForSuccess(SOON)) {
            assertThat(version.output()).startsWith("Sluice 0.1.0");
        }
    }

    @Test
    void shouldPrintACompletionScriptThatBashAccepts() throws Exception {
        try (ChildRun completion = ChildRun.start(folder, "completion").waitForSuccess(SOON)) {
            Path script = Files.writeString(folder.resolve("completion"), completion.output());
            Process bash = new ProcessBuilder(
                            "bash",
                            "-c",
                            "source " + script + " && COMP_WORDS=(run --exit) COMP_CWORD=1 && _complete_run"
                                    + " && echo ${COMPREPLY[@]}")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo("--exit-when-done");
        }
    }

    @Test
    void shouldLeaveWithTwoAndOneMessageForWrongInput() {
        try (ChildRun run = ChildRun.start(folder, "--epochs", "none")) {
            assertThat(run.waitFor(SOON)).isEqualTo(2);
            assertThat(run.output()).startsWith("sluice: Invalid value for option '--epochs'");
        }
    }

    @Test
    void shouldRefuseAHookThatTheModelDoesNotHave() {
        try (ChildRun run = ChildRun.start(folder, "--hook", "blocks.6.hook_resid_post")) {
            assertThat(run.waitFor(SOON)).isEqualTo(2);
            assertThat(run.output())
                    .contains("hooks must be in layer 0 to 5 of this model, got blocks.6.hook_resid_post");
        }
    }

    @Test
    void shouldSayWhichPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ChildRun run = ChildRun.start(folder, "--http-port", Integer.toString(taken.getLocalPort()))) {
            assertThat(run.waitFor(SOON)).isEqualTo(1);
            assertThat(run.output())
                    .contains("sluice: --http-port must be free, " + taken.getLocalPort() + " on 127.0.0.1 is in use");
        }
    }

    @Test
    void shouldSayThatThereIsNoCheckpoint() {
        try (ChildRun run = ChildRun.start(folder, "checkpoint", folder.toString())) {
            assertThat(run.waitFor(SOON)).isEqualTo(2);
            assertThat(run.output()).contains(folder + ": there is no checkpoint in this folder");
        }
    }

    @Test
    void shouldReportEveryConfigurationErrorOfAServiceAtOnceAndLeaveWithTwo() throws Exception {
        Path file = Files.writeString(folder.resolve("sluice.yaml"), """
                http: {prot: 80, host: 0.0.0.0}
                trainer: {epochs: 3}
                evaluator: {window-tokens: none}
                """);

        try (ChildRun evaluator = ChildRun.start(
                folder, "evaluator", "--config", file.toString(), "--http-port", "70000", "--chekpoints-dir", "x")) {
            assertThat(evaluator.waitFor(SOON)).isEqualTo(2);
            assertThat(evaluator.output())
                    .contains("the evaluator cannot start: 7 problems of its configuration")
                    .contains("option --chekpoints-dir is not known; did you mean --checkpoints-dir?")
                    .contains("http.prot is not a key; did you mean http.port?")
                    .contains("kafka.bootstrap-servers must be given, host:port")
                    .contains("http.port must be a whole number from 0 to 65535, got 70000 (command line)")
                    .contains("evaluator.window-tokens must be a whole number of at least 1, got none (file)")
                    .contains("checkpoints.dir must be given")
                    .contains("http.token-file must be given where http.host is not a loopback address, got 0.0.0.0");
        }
    }
}
