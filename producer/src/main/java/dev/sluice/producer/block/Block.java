package dev.sluice.producer.block;

import java.util.Map;

/**
 * The rows of one block for each hook, in corpus order.
 *
 * @param windows the block without its activations
 * @param train rows by hook
 * @param heldout rows by hook
 */
public record Block(WindowBlock windows, Map<String, Rows> train, Map<String, Rows> heldout) {
    public Block {
        train = Map.copyOf(train);
        heldout = Map.copyOf(heldout);
    }

    public Rows train(String hook) {
        return of(hook, train);
    }

    public Rows heldout(String hook) {
        return of(hook, heldout);
    }

    private static Rows of(String hook, Map<String, Rows> rows) {
        Rows found = rows.get(hook);
        if (found == null) {
            throw new IllegalArgumentException("the block has rows of " + rows.keySet() + ", not of " + hook);
        }
        return found;
    }
}
