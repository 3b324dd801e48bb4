package dev.sluice.trainer.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.spec.UserJson;
import org.jspecify.annotations.Nullable;

/**
 * One variant as REST shows it: what is wanted, and what its owner says. Null is not known.
 *
 * @param etag of what is wanted
 * @param epoch current pass, from 1
 * @param remainingSeconds at the present rate
 * @param spec every key, as it could be put again
 */
record VariantResource(
        String id,
        String etag,
        int generation,
        String from,
        boolean paused,
        String stream,
        String kind,
        VariantPhase state,
        @Nullable String reason,
        @Nullable Long tokens,
        @Nullable Long targetTokens,
        @Nullable Integer epoch,
        @Nullable Long row,
        @Nullable Long lagRows,
        @Nullable Double tokensPerSecond,
        @Nullable Double remainingSeconds,
        @Nullable Long checkpointTokens,
        @Nullable Long latents,
        @Nullable Long parameters,
        JsonNode spec) {

    /** @param said by the owner last; of another generation it says nothing of this one */
    static VariantResource of(WantedVariant wanted, @Nullable VariantStatus said) {
        VariantStatus status = said != null && said.generation() == wanted.generation() ? said : null;
        return new VariantResource(
                wanted.spec().id(),
                Precondition.etag(wanted),
                wanted.generation(),
                wanted.from(),
                wanted.paused(),
                wanted.spec().stream(),
                wanted.spec().dictionary().kind(),
                status == null ? VariantPhase.WAITING : status.state(),
                status == null ? null : status.reason(),
                status == null ? null : Long.valueOf(status.tokens()),
                status == null ? null : known(status.targetTokens()),
                status == null ? null : Integer.valueOf(epoch(wanted, status)),
                status == null ? null : Long.valueOf(status.row()),
                status == null ? null : Long.valueOf(status.lagRows()),
                status == null ? null : Double.valueOf(status.tokensPerSecond()),
                status == null ? null : remainingSeconds(status),
                status == null ? null : known(status.checkpointTokens()),
                status == null ? null : Long.valueOf(status.latents()),
                status == null ? null : Long.valueOf(status.parameters()),
                UserJson.tree(wanted.spec()));
    }

    private static @Nullable Long known(long count) {
        return count < 0 ? null : Long.valueOf(count);
    }

    private static int epoch(WantedVariant wanted, VariantStatus status) {
        return Math.min(status.epoch() + 1, wanted.spec().training().epochs());
    }

    private static @Nullable Double remainingSeconds(VariantStatus status) {
        long remaining = status.targetTokens() - status.tokens();
        return status.targetTokens() < 0 || (remaining > 0 && !(status.tokensPerSecond() > 0))
                ? null
                : Double.valueOf(remaining <= 0 ? 0 : remaining / status.tokensPerSecond());
    }
}
