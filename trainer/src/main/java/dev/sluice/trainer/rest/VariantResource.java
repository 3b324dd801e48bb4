package dev.sluice.trainer.rest;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.trainer.contract.VariantPhase;
import dev.sluice.trainer.contract.VariantSpec;
import dev.sluice.trainer.contract.VariantStatus;
import dev.sluice.trainer.contract.WantedVariant;
import dev.sluice.trainer.spec.UserJson;
import org.jspecify.annotations.Nullable;

/**
 * One variant as REST shows it: what is wanted, and what its owner says, side by side in JSON.
 *
 * @param wish what is wanted
 * @param state {@code waiting} until the owner says another
 * @param reason why it failed, null otherwise
 * @param progress how far it is
 * @param size of its dictionary
 */
record VariantResource(
        @JsonUnwrapped Wish wish,
        VariantPhase state,
        @Nullable String reason,
        @JsonUnwrapped Progress progress,
        @JsonUnwrapped Size size) {
    /**
     * What is wanted of a variant.
     *
     * @param etag of the wish
     * @param subject which variant it is
     * @param spec every key, as it could be put again
     */
    record Wish(
            String etag,
            int generation,
            String from,
            boolean paused,
            @JsonUnwrapped Subject subject,
            JsonNode spec) {
        static Wish of(WantedVariant wanted) {
            VariantSpec spec = wanted.spec();
            return new Wish(
                    Precondition.etag(wanted),
                    wanted.generation(),
                    wanted.from(),
                    wanted.paused(),
                    new Subject(spec.id(), spec.stream(), spec.dictionary().kind()),
                    UserJson.tree(spec));
        }
    }

    /**
     * A variant, the stream that it reads, and the kind of its dictionary.
     *
     * @param id of the variant
     * @param stream id
     * @param kind by its name
     */
    record Subject(String id, String stream, String kind) {}

    /**
     * How far a variant is; null is not known.
     *
     * @param place in its passes over the stream
     * @param tokensPerSecond over the last seconds
     * @param remainingSeconds at the present rate
     * @param checkpointTokens of the last committed checkpoint
     */
    record Progress(
            @JsonUnwrapped Place place,
            @Nullable Double tokensPerSecond,
            @Nullable Double remainingSeconds,
            @Nullable Long checkpointTokens) {
        private static final Progress UNKNOWN = new Progress(new Place(null, null, null, null, null), null, null, null);

        static Progress of(WantedVariant wanted, VariantStatus status) {
            int epoch = Math.min(status.epoch() + 1, wanted.spec().training().epochs());
            return new Progress(
                    new Place(status.tokens(), known(status.targetTokens()), epoch, status.row(), status.lagRows()),
                    status.tokensPerSecond(),
                    remainingSecondsOf(status),
                    known(status.checkpointTokens()));
        }
    }

    /**
     * Where a variant is in its passes over the stream; null is not known.
     *
     * @param tokens consumed over all passes
     * @param targetTokens to consume in all
     * @param epoch current pass, from 1
     * @param row next row of the log
     * @param lagRows rows of the log not yet read in this pass
     */
    record Place(
            @Nullable Long tokens,
            @Nullable Long targetTokens,
            @Nullable Integer epoch,
            @Nullable Long row,
            @Nullable Long lagRows) {}

    /**
     * The size of a dictionary; null is not known.
     *
     * @param latents that it has
     * @param parameters that it learns
     */
    record Size(@Nullable Long latents, @Nullable Long parameters) {}

    /** @param said by the owner last; of another generation it says nothing of this one */
    static VariantResource of(WantedVariant wanted, @Nullable VariantStatus said) {
        Wish wish = Wish.of(wanted);
        return said == null || said.generation() != wanted.generation()
                ? new VariantResource(wish, VariantPhase.WAITING, null, Progress.UNKNOWN, new Size(null, null))
                : new VariantResource(
                        wish,
                        said.state(),
                        said.reason(),
                        Progress.of(wanted, said),
                        new Size(said.latents(), said.parameters()));
    }

    String etag() {
        return wish.etag();
    }

    private static @Nullable Long known(long count) {
        return count < 0 ? null : Long.valueOf(count);
    }

    private static @Nullable Double remainingSecondsOf(VariantStatus status) {
        long remaining = status.targetTokens() - status.tokens();
        return status.targetTokens() < 0 || (remaining > 0 && !(status.tokensPerSecond() > 0))
                ? null
                : Double.valueOf(remaining <= 0 ? 0 : remaining / status.tokensPerSecond());
    }
}
