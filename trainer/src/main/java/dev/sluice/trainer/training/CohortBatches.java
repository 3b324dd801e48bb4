package dev.sluice.trainer.training;

import dev.sluice.trainer.stream.BatchAssembler;
import dev.sluice.trainer.stream.DecodedRows;
import dev.sluice.trainer.stream.DirectBuffers;
import dev.sluice.trainer.stream.Passes;
import dev.sluice.trainer.stream.RowBatch;
import dev.sluice.trainer.stream.RowWindow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The members of a cohort and the batches that they share. It keeps a window of the newest decoded rows, in which a
 * member of another cohort that has come so far may join. Thread-safe.
 */
final class CohortBatches {
    private final DirectBuffers pool;
    private final Passes passes;
    private final RowWindow window = new RowWindow();
    private final List<Table> tables = new ArrayList<>();
    private int turn;
    private boolean closed;

    /** Members that take the same batches: of the same size, counted from the same row. */
    private record Table(int batchTokens, long startRow, BatchAssembler assembler, List<CohortMember> members) {
        boolean suits(CohortMember member) {
            return member.batchTokens() == batchTokens && member.startRow() == startRow;
        }
    }

    /** A batch and the members that want it. */
    record Serving(RowBatch batch, List<CohortMember> takers) {}

    /** @param passes of the cohort's reader */
    CohortBatches(List<CohortMember> first, Passes passes, DirectBuffers pool) {
        this.passes = passes;
        this.pool = pool;
        first.stream().sorted(Comparator.comparingLong(CohortMember::tokens)).forEach(this::seat);
    }

    /** Takes a seat where its next batch is not yet given out, or begins a table of its own. */
    private void seat(CohortMember member) {
        Optional<Table> shared = tables.stream()
                .filter(table -> table.suits(member) && table.assembler().nextBatchToken() <= member.tokens())
                .findFirst();
        if (shared.isPresent()) {
            shared.get().members().add(member);
        } else {
            BatchAssembler assembler =
                    new BatchAssembler(member.batchTokens(), member.startRow(), member.tokens(), pool);
            window.feed(assembler);
            tables.add(new Table(member.batchTokens(), member.startRow(), assembler, new ArrayList<>(List.of(member))));
        }
    }

    /**
     * Admits members of another cohort, all or none.
     *
     * @return false if the rows that one of them needs next are not in the window, or not in this cohort's passes
     */
    synchronized boolean admit(List<CohortMember> late) {
        if (closed || !late.stream().allMatch(this::fits)) {
            // Batches larger than the window would never be found in it.
            late.forEach(member -> window.widen(2L * member.batchTokens()));
            return false;
        }
        late.forEach(this::seat);
        late.forEach(CohortMember::arrive);
        return true;
    }

    private boolean fits(CohortMember member) {
        return window.holds(member.next().tokens())
                && member.startRow() >= passes.firstRow()
                && member.epochs() <= passes.count();
    }

    /** Takes the rows over, for every table. */
    synchronized void accept(DecodedRows rows) {
        tables.forEach(table -> table.assembler().accept(rows));
        window.add(rows);
    }

    /**
     * The next batch that somebody wants, of each table in turn.
     *
     * @param endKnown the stream is complete
     */
    synchronized Optional<Serving> next(boolean endKnown) {
        joinTables();
        for (int i = 0; i < tables.size(); i++) {
            turn = (turn + 1) % tables.size();
            Table table = tables.get(turn);
            for (RowBatch batch = table.assembler().poll(endKnown);
                    batch != null;
                    batch = table.assembler().poll(endKnown)) {
                RowBatch wanted = batch;
                List<CohortMember> takers = table.members().stream()
                        .filter(member -> member.wants(wanted))
                        .toList();
                if (!takers.isEmpty()) {
                    return Optional.of(new Serving(batch, takers));
                }
                batch.release();
            }
        }
        return Optional.empty();
    }

    /** Tables that have come to the same batch go on as one. */
    private void joinTables() {
        for (int i = 0; i < tables.size(); i++) {
            Table table = tables.get(i);
            for (Table other : List.copyOf(tables.subList(i + 1, tables.size()))) {
                if (table.batchTokens() == other.batchTokens()
                        && table.startRow() == other.startRow()
                        && table.assembler().nextBatchToken()
                                == other.assembler().nextBatchToken()) {
                    table.members().addAll(other.members());
                    remove(other);
                }
            }
        }
    }

    private void remove(Table table) {
        table.assembler().close();
        tables.remove(table);
    }

    synchronized List<CohortMember> members() {
        return tables.stream().flatMap(table -> table.members().stream()).toList();
    }

    /** Sends away who trains no more. */
    synchronized List<CohortMember> removeEnded() {
        List<CohortMember> ended =
                members().stream().filter(member -> !member.isTraining()).toList();
        for (Table table : List.copyOf(tables)) {
            table.members().removeAll(ended);
            if (table.members().isEmpty()) {
                remove(table);
            }
        }
        return ended;
    }

    /** Nobody is admitted any more once nobody is left; whether that is so. */
    synchronized boolean closeIfEmpty() {
        closed |= tables.isEmpty();
        return closed;
    }

    /** Sends everybody away, for good, and gives back the memory. */
    synchronized List<CohortMember> disperse() {
        List<CohortMember> all = members();
        closed = true;
        List.copyOf(tables).forEach(this::remove);
        window.close();
        return all;
    }
}
