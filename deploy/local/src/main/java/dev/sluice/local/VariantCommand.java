package dev.sluice.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.local.console.RefusedException;
import dev.sluice.local.console.VariantLines;
import dev.sluice.local.console.VariantsClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Adds, shows and changes the variants of a process that is up, through its REST resource. */
@Command(
        name = "variant",
        description = "Adds, shows and changes the dictionaries of a run that is up",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:nothing runs there, there is no such variant, or it cannot be changed so; the message says why",
            "2:the command line, or the file that it names, is wrong"
        })
final class VariantCommand implements Runnable {
    private static final String ID = "Of the variant, as 'variant list' shows it";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Of the run. Default: .sluice in the working directory")
    private Path dataDir = Path.of(".sluice");

    @Option(
            names = "--url",
            paramLabel = "URL",
            scope = ScopeType.INHERIT,
            description = "Of a page instead, say of an evaluator elsewhere: http://host:8080/")
    private @Nullable URI url;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "Holds the token that a page needs on another address than a loopback one")
    private @Nullable Path tokenFile;

    @Option(names = "--json", scope = ScopeType.INHERIT, description = "What the resource answers, as JSON")
    private boolean json;

    @Override
    public void run() {
        throw new ParameterException(
                command(), "Missing required subcommand: add, list, get, pause, resume, replay or delete");
    }

    @Command(description = "Adds the variants of a file; those that are there already stay as they are")
    int add(
            @Parameters(paramLabel = "FILE", description = "Variants as YAML or JSON, as for --variants") Path file,
            @Option(
                            names = "--stream",
                            paramLabel = "ID",
                            description = "Of variants that do not say; needed if the log has several")
                    @Nullable
                    String stream) {
        List<JsonNode> added = asked(client -> new VariantAddition(client, file, stream).add());
        if (json) {
            return say(JsonNodeFactory.instance.arrayNode().addAll(added), variant -> List.of());
        }
        added.forEach(variant -> say(variant, VariantLines::added));
        return CommandLine.ExitCode.OK;
    }

    @Command(description = "Lists the variants with their states and how far they are")
    int list() {
        JsonNode variants = asked(VariantsClient::list);
        if (json) {
            return say(variants, variant -> List.of());
        }
        VariantLines.table(variants).forEach(out()::println);
        out().flush();
        return CommandLine.ExitCode.OK;
    }

    @Command(description = "Shows a variant with every key of its spec")
    int get(@Parameters(paramLabel = "ID", description = ID) String id) {
        return say(asked(client -> client.get(id)), VariantLines::all);
    }

    @Command(description = "Lets a variant wait at the end of its batch")
    int pause(@Parameters(paramLabel = "ID", description = ID) String id) {
        return say(asked(client -> client.act(id, "pause", null)), VariantLines::changed);
    }

    @Command(description = "Lets a paused variant go on")
    int resume(@Parameters(paramLabel = "ID", description = ID) String id) {
        return say(asked(client -> client.act(id, "resume", null)), VariantLines::changed);
    }

    @Command(description = "Begins the variant's next generation, which learns the log again from nothing")
    int replay(
            @Parameters(paramLabel = "ID", description = ID) String id,
            @Option(
                            names = "--from",
                            paramLabel = "START",
                            description = "earliest, latest, 'row N' or 'timestamp T' (ISO 8601). Default: as its spec"
                                    + " says")
                    @Nullable
                    String from) {
        return say(asked(client -> client.act(id, "replay", from)), VariantLines::changed);
    }

    @Command(description = "Ends a variant and forgets what it has learnt")
    int delete(@Parameters(paramLabel = "ID", description = ID) String id) {
        asked(client -> client.delete(id));
        if (!json) {
            out().println(id + " deleted");
            out().flush();
        }
        return CommandLine.ExitCode.OK;
    }

    /** A question to the running process. */
    private interface Question<T> {
        T ask(VariantsClient client) throws IOException, InterruptedException;
    }

    private <T> T asked(Question<T> question) {
        Logs.quiet();
        PageAddress address = new PageAddress(url, dataDir);
        URI page = address.page();
        try {
            return question.ask(new VariantsClient(page, token()));
        } catch (WrongInput e) {
            throw new ParameterException(command(), Objects.requireNonNull(e.getMessage()), e);
        } catch (RefusedException e) {
            throw refused(e);
        } catch (ConnectException e) {
            throw address.silent(e);
        } catch (IOException e) {
            throw new LocalException(page + " does not answer as it should: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalException("interrupted while waiting for " + page, e);
        }
    }

    private RuntimeException refused(RefusedException refusal) {
        String message = Objects.requireNonNull(refusal.getMessage());
        return refusal.isWrongInput()
                ? new ParameterException(command(), message, refusal)
                : new LocalException(message, refusal);
    }

    private @Nullable String token() {
        if (tokenFile == null) {
            return null;
        }
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new WrongInput("--token-file must be a file that can be read, got " + tokenFile, e);
        }
    }

    private int say(JsonNode answer, Function<JsonNode, List<String>> lines) {
        if (json) {
            out().println(answer.toPrettyString());
        } else {
            lines.apply(answer).forEach(out()::println);
        }
        out().flush();
        return CommandLine.ExitCode.OK;
    }

    private CommandLine command() {
        return Objects.requireNonNull(spec).commandLine();
    }

    private PrintWriter out() {
        return command().getOut();
    }
}
