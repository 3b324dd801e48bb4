package dev.sluice.evaluator.job;

import dev.sluice.evaluator.contract.JobResult;

/** Hears of the service's jobs, from several threads. */
public interface JobListener {
    /** One job over one checkpoint begins. */
    void began(String job);

    /** It has ended and its result is in the log. */
    void ended(JobResult result);

    /** It has ended without a result: its variant has gone, or others own it now. */
    void cancelled(String job);

    /** A record cannot be read, for this reason. */
    void rejected(String reason);

    /** The service has ended for another reason than that it was closed. */
    void failed(Throwable cause);
}
