package dev.sluice.local;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command has printed that ran in this JVM, which starts none.
 *
 * @param exit code
 * @param out standard output
 * @param err standard error
 */
record Answer(int exit, String out, String err) {
    static Answer to(String... arguments) {
        CommandLine command = Main.commandLine();
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        redirect(command, new PrintWriter(out, true), new PrintWriter(err, true));
        return new Answer(command.execute(arguments), out.toString(), err.toString());
    }

    private static void redirect(CommandLine command, PrintWriter out, PrintWriter err) {
        command.setOut(out);
        command.setErr(err);
        command.getSubcommands().values().forEach(sub -> redirect(sub, out, err));
    }
}
