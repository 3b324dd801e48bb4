package dev.sluice.local;

import dev.sluice.evaluator.EvaluatorSettings;
import dev.sluice.evaluator.metric.MetricTable;
import dev.sluice.evaluator.report.HtmlReport;
import dev.sluice.evaluator.report.MarkdownReport;
import dev.sluice.evaluator.report.ReportedRun;
import dev.sluice.evaluator.view.LiveView;
import dev.sluice.evaluator.view.TopicFollower;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the report of data dirs at any time, also while their runs are up. */
@Command(
        name = "report",
        description =
                "Writes how good the dictionaries of one or several data dirs are, at any time; runs of one stream"
                        + " are compared with each other. Without --html and --markdown it prints Markdown",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ReportCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(
            paramLabel = "DIR",
            arity = "0..*",
            description = "Data dirs, whether their runs are up or not. Default: .sluice in the working directory")
    private List<Path> folders = new ArrayList<>();

    @Option(
            names = "--html",
            paramLabel = "FILE",
            description =
                    "One page that needs nothing else: plots, methods at matched L0, spread over seeds, what was run")
    private @Nullable Path html;

    @Option(names = "--markdown", paramLabel = "FILE", description = "The tables as text")
    private @Nullable Path markdown;

    @Override
    public Integer call() {
        Logs.quiet();
        require("--html", html);
        require("--markdown", markdown);
        List<ReportedRun> runs = new ArrayList<>();
        for (Path folder : folders.isEmpty() ? List.of(Path.of(".sluice")) : folders) {
            runs.addAll(runs(folder));
        }
        MetricTable table = MetricTable.standard();
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (html != null) {
            write(html, HtmlReport.of(runs, table));
            out.println("Report: " + html.toAbsolutePath());
        }
        if (markdown != null) {
            write(markdown, MarkdownReport.of(runs, table));
            out.println("Report: " + markdown.toAbsolutePath());
        }
        if (html == null && markdown == null) {
            out.print(MarkdownReport.of(runs, table));
        }
        out.flush();
        return ExitCode.OK;
    }

    private void require(String option, @Nullable Path file) {
        Path folder = file == null ? null : file.toAbsolutePath().getParent();
        if (file != null && (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file))) {
            throw new ParameterException(
                    Objects.requireNonNull(spec).commandLine(),
                    option + " must be a file in a folder that exists, got " + file);
        }
    }

    private static List<ReportedRun> runs(Path folder) {
        LiveView view = new LiveView(
                System::currentTimeMillis, () -> 0, EvaluatorSettings.WINDOW_TOKENS, EvaluatorSettings.WINDOW_TOKENS);
        try (LocalLog log = LocalLog.open(folder)) {
            TopicFollower.readOnce(log.kafka(), view);
        }
        List<String> commands = DataFolder.commands(folder);
        return view.streams().stream()
                .map(stream -> view.run(stream, folder.toString(), commands))
                .toList();
    }

    private static void write(Path file, String text) {
        try {
            ReportFiles.replace(file.toAbsolutePath(), part -> Files.writeString(part, text));
        } catch (IOException e) {
            throw new LocalException("the report " + file + " cannot be written: " + e.getMessage(), e);
        }
    }
}
