package dev.sluice.producer.publish;

import dev.sluice.producer.block.Block;
import dev.sluice.producer.block.PublishException;
import dev.sluice.producer.block.Rows;
import dev.sluice.producer.contract.ActivationEncoder;
import dev.sluice.producer.contract.StreamSpec;
import dev.sluice.producer.tensor.Dtype;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The records of one block in the order of sending: the mixed train rows, then the held-out rows in corpus order. */
final class BlockRecords implements Iterator<RecordValue> {
    private final ActivationEncoder encoder;
    private final RowClasses classes;
    private final Rows train;
    private final int[] trainOrder;
    private final Rows heldout;
    private final long firstTrainRow;
    private final long firstHeldoutRow;
    private int trainDone;
    private int heldoutDone;
    private int given;

    /** @throws PublishException if a value does not fit the stream's dtype */
    BlockRecords(
            StreamSpec spec,
            ActivationEncoder encoder,
            Block block,
            RowClasses classes,
            long firstTrainRow,
            long firstHeldoutRow) {
        this.encoder = encoder;
        this.classes = classes;
        this.train = block.train(spec.hook());
        this.heldout = block.heldout(spec.hook());
        this.trainOrder = MixingOrder.permutation(spec.seed(), block.windows().number(), train.count());
        this.firstTrainRow = firstTrainRow;
        this.firstHeldoutRow = firstHeldoutRow;
        RowDtype.requireFits(Dtype.valueOf(spec.dtype()), spec.hook(), train);
        RowDtype.requireFits(Dtype.valueOf(spec.dtype()), spec.hook(), heldout);
    }

    @Override
    public boolean hasNext() {
        return trainDone < train.count() || heldoutDone < heldout.count();
    }

    @Override
    public RecordValue next() {
        if (trainDone < train.count()) {
            int rows = Math.min(encoder.capacity(), train.count() - trainDone);
            for (int i = 0; i < rows; i++) {
                add(train, trainOrder[trainDone + i]);
            }
            byte[] bytes = encoder.finish(firstTrainRow + trainDone);
            trainDone += rows;
            given++;
            return new RecordValue(false, rows, bytes);
        }
        if (heldoutDone < heldout.count()) {
            int rows = Math.min(encoder.capacity(), heldout.count() - heldoutDone);
            for (int i = 0; i < rows; i++) {
                add(heldout, heldoutDone + i);
            }
            byte[] bytes = encoder.finish(firstHeldoutRow + heldoutDone);
            heldoutDone += rows;
            given++;
            return new RecordValue(true, rows, bytes);
        }
        throw new NoSuchElementException("the block has no more records");
    }

    private void add(Rows rows, int row) {
        encoder.add(rows.row(row), rows.labels().label(row, classes.of(rows, row)));
    }

    /** Records given so far. */
    int given() {
        return given;
    }

    /** Records still to come. */
    int remaining() {
        return records(train.count() - trainDone) + records(heldout.count() - heldoutDone);
    }

    private int records(int rows) {
        return (rows + encoder.capacity() - 1) / encoder.capacity();
    }

    /** Train rows given so far. */
    int trainDone() {
        return trainDone;
    }

    /** Held-out rows given so far. */
    int heldoutDone() {
        return heldoutDone;
    }
}
