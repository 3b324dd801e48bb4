package dev.sluice.evaluator.report;

import java.util.List;

/**
 * One stream of one data dir, as a report over several needs it.
 *
 * @param name of the data dir, or of the address
 * @param report of the stream
 * @param provenance of the stream
 * @param commands that were given, oldest first
 */
public record ReportedRun(String name, Report report, Provenance provenance, List<String> commands) {
    public ReportedRun {
        commands = List.copyOf(commands);
    }
}
