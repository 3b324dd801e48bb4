package dev.sluice.producer.contract;

import dev.sluice.producer.synthetic.SyntheticSpec;
import org.jspecify.annotations.Nullable;

/**
 * What is measured at the rows of a stream, whatever their {@linkplain RowOrder order}.
 *
 * @param model readable name
 * @param modelRevision digest or revision of its weights and config
 * @param modelDtype of the model's linear maps, BF16; null for F32
 * @param hook TransformerLens name, e.g. {@code blocks.3.hook_resid_post}
 * @param width of a row, d
 * @param dtype of the rows: F16, BF16 or F32
 * @param synthetic what makes the rows where no model does; null for a model's
 */
public record RowValues(
        String model,
        String modelRevision,
        @Nullable String modelDtype,
        String hook,
        int width,
        String dtype,
        @Nullable SyntheticSpec synthetic) {

    /** Of a model. */
    public RowValues(
            String model, String modelRevision, @Nullable String modelDtype, String hook, int width, String dtype) {
        this(model, modelRevision, modelDtype, hook, width, dtype, null);
    }

    /** The same model at this hook point, stored as this dtype. */
    public RowValues at(String otherHook, String otherDtype) {
        return new RowValues(model, modelRevision, modelDtype, otherHook, width, otherDtype, synthetic);
    }
}
