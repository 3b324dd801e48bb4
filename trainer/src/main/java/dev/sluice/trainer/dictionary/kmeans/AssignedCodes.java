package dev.sluice.trainer.dictionary.kmeans;

import dev.sluice.trainer.dictionary.Codes;
import java.util.Arrays;

/** One code of value 1 for each row: the centre that it was assigned to, if any. */
public final class AssignedCodes implements Codes {
    private final int[] labels;

    public AssignedCodes(int[] labels) {
        this.labels = labels;
    }

    @Override
    public long active() {
        return Arrays.stream(labels).filter(label -> label != Centres.NONE).count();
    }

    @Override
    public void forEachRow(RowVisitor visitor) {
        float[] one = {1};
        int[] latent = new int[1];
        for (int row = 0; row < labels.length; row++) {
            latent[0] = labels[row];
            visitor.row(row, latent, one, 0, labels[row] == Centres.NONE ? 0 : 1);
        }
    }
}
