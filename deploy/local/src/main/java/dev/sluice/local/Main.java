package dev.sluice.local;

import picocli.CommandLine;

/** The command behind {@code deploy/local/run}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line: exit code 0 for done, 1 for a failure, 2 for wrong input. */
    static CommandLine commandLine() {
        return new CommandLine(new RunCommand())
                .addSubcommand(new VariantCommand())
                .addSubcommand(new TopCommand())
                .addSubcommand(new ReportCommand())
                .addSubcommand(new CheckpointCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new ImportCommand())
                .addSubcommand(new BrokerCommand())
                .addSubcommand(new CompletionCommand())
                .setUsageHelpWidth(110)
                .setUsageHelpLongOptionsMaxWidth(24)
                .setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler((problem, command, parsed) -> fail(problem, command));
    }

    /** Wrong input: one message, no wall of usage. */
    private static int refuse(CommandLine.ParameterException problem, String[] arguments) {
        CommandLine command = problem.getCommandLine();
        command.getErr().println("sluice: " + problem.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(problem, command.getErr());
        command.getErr()
                .println("sluice: " + command.getCommandSpec().qualifiedName() + " --help explains the options");
        return CommandLine.ExitCode.USAGE;
    }

    private static int fail(Exception problem, CommandLine command) throws Exception {
        if (problem instanceof LocalException) {
            command.getErr().println("sluice: " + problem.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
        throw problem;
    }
}
