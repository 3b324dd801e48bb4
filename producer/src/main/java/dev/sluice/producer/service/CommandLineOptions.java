package dev.sluice.producer.service;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** The command line of one service: an option for each of its keys. */
final class CommandLineOptions {
    private final Schema schema;
    private final CommandLine commandLine;
    private final ParseResult parsed;
    private final String command;

    CommandLineOptions(Schema schema, String... arguments) {
        this.schema = schema;
        this.commandLine = new CommandLine(spec(schema)).setUnmatchedArgumentsAllowed(true);
        this.parsed = commandLine.parseArgs(arguments);
        this.command = (schema.service() + " " + String.join(" ", arguments)).strip();
    }

    private static CommandSpec spec(Schema schema) {
        CommandSpec spec = CommandSpec.create().name(schema.service()).mixinStandardHelpOptions(true);
        spec.parser().collectErrors(true);
        spec.version("Sluice " + schema.service());
        spec.usageMessage().description(schema.purpose()).width(110).sortOptions(false);
        for (Key<?> key : schema.keys()) {
            String absent = key.absent() == null ? "" : " Default: " + key.absent();
            spec.addOption(OptionSpec.builder(key.option())
                    .type(String.class)
                    .paramLabel(key.type().label())
                    .description((key.meaning() + absent).replace("%", "%%"))
                    .build());
        }
        return spec;
    }

    /** Prints the help or the version, if that is all that was asked for. */
    boolean printHelp() {
        return CommandLine.printHelpIfRequested(parsed);
    }

    /** By the names of their keys. */
    Map<String, String> values() {
        Map<String, String> values = new HashMap<>();
        for (Key<?> key : schema.keys()) {
            String value = parsed.matchedOptionValue(key.option(), null);
            if (value != null) {
                values.put(key.name(), value);
            }
        }
        return values;
    }

    /** What cannot be read, and options that there are not. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        parsed.errors().forEach(error -> problems.add(String.valueOf(error.getMessage())));
        List<String> known = schema.keys().stream().<String>map(Key::option).toList();
        for (String argument : parsed.unmatched()) {
            if (argument.startsWith("-")) {
                String option = argument.replaceFirst("=.*", "");
                problems.add("option " + option + " is not known" + Suggestion.of(option, known));
            } else if (problems.isEmpty()) {
                problems.add("the command line must hold options only, got " + argument);
            }
        }
        return problems;
    }

    String command() {
        return command;
    }
}
