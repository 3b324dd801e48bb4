package dev.sluice.evaluator.through;

/**
 * What a run replaces and what it is judged by.
 *
 * @param replaced rows whose activations are replaced, in every run; the others keep theirs
 * @param scored rows whose predictions of the next token count
 */
record Scope(RowSet replaced, RowSet scored) {
    /** Rows of one set are both replaced and scored. */
    static Scope of(RowSet rows) {
        return new Scope(rows, rows);
    }
}
