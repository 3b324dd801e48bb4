package dev.sluice.trainer.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sluice.producer.contract.StreamProgress;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.dictionary.Cost;
import dev.sluice.trainer.register.ControlSnapshot;
import dev.sluice.trainer.spec.StreamDefaults;
import org.jspecify.annotations.Nullable;

/**
 * What training a variant will cost.
 *
 * @param cost of its dictionary
 * @param tokens to train over all passes
 * @param seconds at the measured rate of the variants that run, null while none does
 * @param running how many do
 */
record Estimate(
        @JsonUnwrapped Cost cost, long tokens, @Nullable Double seconds, int running) {

    /** Of compute, while it catches up, in units of what a variant has that does not. */
    private static final double SHARE = 2;

    private static final long SILENT_MILLIS = 10_000;

    /** @param now milliseconds since 1970; who was not heard for some seconds before does not run */
    static Estimate of(VariantSpec spec, int width, ControlSnapshot snapshot, long now) {
        Cost cost = Cost.of(spec.dictionary(), width);
        long tokens = tokens(spec, snapshot.streams().get(spec.stream()));
        double flopPerSecond = 0;
        int running = 0;
        for (VariantStatus status : snapshot.statuses().values()) {
            WantedVariant wanted = snapshot.variants().get(status.variant());
            StreamProgress stream = snapshot.streams().get(status.stream());
            if (wanted != null && stream != null && runs(status, now)) {
                Cost its = Cost.of(wanted.spec().dictionary(), stream.spec().width());
                flopPerSecond += its.flopPerToken() * status.tokensPerSecond();
                running++;
            }
        }
        double share = SHARE / (running + SHARE);
        return new Estimate(
                cost,
                tokens,
                running == 0 ? null : Double.valueOf(tokens * cost.flopPerToken() / (flopPerSecond * share)),
                running);
    }

    private static boolean runs(VariantStatus status, long now) {
        return status.tokensPerSecond() > 0 && status.state().isLearning() && now - status.atMillis() < SILENT_MILLIS;
    }

    private static long tokens(VariantSpec spec, @Nullable StreamProgress stream) {
        return stream == null
                ? spec.training().tokens()
                : (long) ((double) StreamDefaults.expectedRows(stream)
                        * spec.training().epochs()); // never overflows
    }
}
