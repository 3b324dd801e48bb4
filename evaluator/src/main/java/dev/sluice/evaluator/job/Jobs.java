package dev.sluice.evaluator.job;

import java.util.List;

/** The table of jobs. */
public final class Jobs {
    private Jobs() {}

    /**
     * One line for each.
     *
     * @param heldoutRows rows that an intermediate checkpoint is scored on
     */
    public static List<Job> table(long heldoutRows) {
        return List.of(new HeldoutScoring(heldoutRows, System::currentTimeMillis));
    }
}
