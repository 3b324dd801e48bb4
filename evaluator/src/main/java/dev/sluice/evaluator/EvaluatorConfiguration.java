package dev.sluice.evaluator;

import dev.sluice.evaluator.through.RowSet;
import dev.sluice.producer.service.BearerToken;
import dev.sluice.producer.service.Configuration;
import dev.sluice.producer.service.Key;
import dev.sluice.producer.service.Schema;
import dev.sluice.producer.service.ServiceConfiguration;
import dev.sluice.producer.service.ServiceProcess;
import dev.sluice.producer.service.ValueType;
import dev.sluice.trainer.TrainerConfiguration;
import dev.sluice.trainer.rest.VariantsRouter;
import io.vertx.ext.web.Router;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an evaluator is told beside what every service is.
 *
 * @param checkpoints folder that trainers write and evaluators read
 * @param windowTokens width of a rolling window
 * @param heldoutRows that an intermediate checkpoint is scored on
 * @param applicationId of the Kafka Streams application
 * @param model that checkpoints are scored through
 * @param tracking folder of TensorBoard's event files, if they are wanted
 * @param reproduce the command that the report names to get it again
 */
public record EvaluatorConfiguration(
        Path checkpoints,
        long windowTokens,
        long heldoutRows,
        String applicationId,
        Model model,
        Optional<Path> tracking,
        String reproduce) {
    /**
     * Scores through the language model.
     *
     * @param folder of a model that is neither the bundled one nor on a hub
     * @param workDir where the bundled model is unpacked
     * @param tokens held-out tokens that are run at most, 0 for no scores
     * @param marks whether checkpoints on the way are scored too
     * @param rows that are replaced, and whose predictions are scored
     */
    public record Model(Optional<Path> folder, Path workDir, long tokens, boolean marks, RowSet rows) {
        /** A model, a place for the bundled one, and rows; everything else by default. */
        public static Model of(Optional<Path> folder, Path workDir, RowSet rows) {
            return new Model(folder, workDir, MODEL_TOKENS_BY_DEFAULT, false, rows);
        }
    }

    private static final long MODEL_TOKENS_BY_DEFAULT = 32_768;
    private static final Key<Path> MODEL_FOLDER = Key.optional(
            "evaluator.model-folder",
            ValueType.EXISTING,
            "Folder of the streams' language model, where that is neither the bundled one nor one by name on the hub; it"
                    + " is used for a stream that names its digest.");
    private static final Key<Long> MODEL_TOKENS = Key.of(
            "evaluator.model-tokens",
            ValueType.whole(0, Long.MAX_VALUE),
            Long.toString(MODEL_TOKENS_BY_DEFAULT),
            "Held-out tokens, in whole windows, that a checkpoint is scored on through the language model, at most; 0"
                    + " scores none and opens no model.");
    private static final Key<Boolean> MODEL_MARKS = Key.of(
            "evaluator.model-marks",
            ValueType.FLAG,
            "false",
            "Score checkpoints on the way through the language model too, not only final ones.");
    private static final Key<String> MODEL_ROWS = Key.of(
            "evaluator.model-rows",
            ValueType.oneOf(RowSet.words()),
            RowSet.REST.word(),
            "Rows that are replaced in the language model and whose predictions are scored: rest leaves out first"
                    + " positions, special tokens and norm outliers.");
    private static final Key<Path> WORK_DIR = Key.of(
            "evaluator.work-dir",
            new ValueType<>("FOLDER", "a folder", Path::of),
            "/tmp/sluice-evaluator",
            "Where the bundled model is unpacked.");
    private static final Key<Long> WINDOW_TOKENS = Key.of(
            "evaluator.window-tokens",
            ValueType.whole(1, Long.MAX_VALUE),
            Long.toString(EvaluatorSettings.WINDOW_TOKENS),
            "Width of a rolling window.");
    private static final Key<Long> HELDOUT_ROWS = Key.of(
            "evaluator.heldout-rows",
            ValueType.whole(1, Long.MAX_VALUE),
            Long.toString(EvaluatorSettings.HELDOUT_ROWS),
            "Held-out rows that a checkpoint on the way is scored on; a final one is scored on all.");
    private static final Key<String> APPLICATION_ID = Key.of(
            "evaluator.application-id",
            ValueType.TEXT,
            EvaluatorSettings.APPLICATION_ID,
            "Of the Kafka Streams application: evaluators with the same one share the work.");

    private static final Key<Path> TRACKING = Key.optional(
            "tracking.dir",
            ValueType.FOLDER,
            "Folder for TensorBoard's event files, of one evaluator alone; absent: none are written.");

    /** All that may be configured of an evaluator. */
    public static final Schema SCHEMA = new Schema(
            "evaluator",
            "Turns measurements into rolling metrics, scores checkpoints, and serves the page and its API.",
            List.of(
                    ServiceConfiguration.CHECKPOINTS,
                    WINDOW_TOKENS,
                    HELDOUT_ROWS,
                    APPLICATION_ID,
                    MODEL_FOLDER,
                    MODEL_TOKENS,
                    MODEL_MARKS,
                    MODEL_ROWS,
                    WORK_DIR,
                    TRACKING,
                    TrainerConfiguration.EPOCHS_KEY),
            List.of(ServiceConfiguration.TOKEN_BEYOND_LOOPBACK));

    static EvaluatorConfiguration of(Configuration values) {
        return new EvaluatorConfiguration(
                values.get(ServiceConfiguration.CHECKPOINTS),
                values.get(WINDOW_TOKENS),
                values.get(HELDOUT_ROWS),
                values.get(APPLICATION_ID),
                new Model(
                        values.find(MODEL_FOLDER),
                        values.get(WORK_DIR),
                        values.get(MODEL_TOKENS),
                        values.get(MODEL_MARKS),
                        RowSet.of(values.get(MODEL_ROWS))),
                values.find(TRACKING),
                values.command());
    }

    /** Checkpoints of a folder and a model, everything else by default. */
    public static EvaluatorConfiguration of(Path checkpoints, Model model, String reproduce) {
        return new EvaluatorConfiguration(
                checkpoints,
                EvaluatorSettings.WINDOW_TOKENS,
                EvaluatorSettings.HELDOUT_ROWS,
                EvaluatorSettings.APPLICATION_ID,
                model,
                Optional.empty(),
                reproduce);
    }

    /** The same with event files in a folder, if there is one. */
    public EvaluatorConfiguration trackedIn(Optional<Path> folder) {
        return new EvaluatorConfiguration(
                checkpoints, windowTokens, heldoutRows, applicationId, model, folder, reproduce);
    }

    /** The service, as a part of the process. */
    public EvaluatorService service(ServiceConfiguration common, ServiceProcess process) {
        return new EvaluatorService(new EvaluatorSettings(
                common.kafka(),
                common.partitions(),
                this,
                new EvaluatorSettings.Host(
                        process.torch(), process.compute(), process.vertx(), process.metrics(), process.health())));
    }

    /**
     * The page with its API, and in front of it the variants' resource, which asks for the token if there is one.
     *
     * @param epochs of a variant that does not say
     */
    public Router routes(EvaluatorService evaluator, int epochs, ServiceConfiguration common, ServiceProcess process) {
        VariantsRouter variants = new VariantsRouter(
                process.vertx(),
                common.kafka(),
                common.partitions(),
                epochs,
                common.token().map(BearerToken::handler).orElse(null));
        Router routes = Router.router(process.vertx());
        routes.route("/api/v1/*").subRouter(variants.router());
        routes.route("/*").subRouter(evaluator.router());
        return routes;
    }
}
