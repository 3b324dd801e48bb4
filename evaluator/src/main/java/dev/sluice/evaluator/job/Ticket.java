package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;
import dev.sluice.evaluator.rows.RowNeed;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.trainer.contract.CheckpointManifest;
import java.util.List;

/**
 * What to do next: one job, over the same rows for all of some checkpoints.
 *
 * @param job of the table
 * @param stream of the checkpoints
 * @param need of rows
 * @param range that the need means now
 * @param checkpoints at least one
 */
record Ticket(Job job, StreamSpec stream, RowNeed need, RowNeed.Range range, List<CheckpointManifest> checkpoints) {

    /** The same for one of its checkpoints. */
    Ticket alone(CheckpointManifest checkpoint) {
        return new Ticket(job, stream, need, range, List.of(checkpoint));
    }

    JobResult.Key key(CheckpointManifest checkpoint) {
        return new JobResult.Key(checkpoint.spec().id(), checkpoint.generation(), checkpoint.tokens(), job.name());
    }

    JobResult result(CheckpointManifest checkpoint, JobResult.Outcome outcome, JobResult.Effort effort) {
        JobResult.Checkpoint of = new JobResult.Checkpoint(
                checkpoint.spec().stream(), checkpoint.step(), checkpoint.last(), checkpoint.sha256());
        return new JobResult(key(checkpoint), of, outcome, effort);
    }
}
