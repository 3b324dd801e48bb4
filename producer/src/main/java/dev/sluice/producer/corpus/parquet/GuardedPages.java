package dev.sluice.producer.corpus.parquet;

import java.util.Optional;
import java.util.PrimitiveIterator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.jspecify.annotations.Nullable;

/** The pages of a row group, each checked by {@link PageGuard} before the library decodes it. */
record GuardedPages(PageReadStore pages) implements PageReadStore {

    @Override
    public PageReader getPageReader(ColumnDescriptor column) {
        return new Reader(pages.getPageReader(column), new PageGuard(column));
    }

    @Override
    public long getRowCount() {
        return pages.getRowCount();
    }

    @Override
    public Optional<Long> getRowIndexOffset() {
        return pages.getRowIndexOffset();
    }

    @Override
    public Optional<PrimitiveIterator.OfLong> getRowIndexes() {
        return pages.getRowIndexes();
    }

    private record Reader(PageReader pages, PageGuard guard) implements PageReader {

        @Override
        @SuppressWarnings("NullAway") // The library's own contract: no dictionary page is null.
        public @Nullable DictionaryPage readDictionaryPage() {
            DictionaryPage page = pages.readDictionaryPage();
            return page == null ? null : guard.checked(page);
        }

        @Override
        public long getTotalValueCount() {
            return pages.getTotalValueCount();
        }

        @Override
        @SuppressWarnings("NullAway") // The library's own contract: null after the last page.
        public @Nullable DataPage readPage() {
            DataPage page = pages.readPage();
            return page == null ? null : guard.checked(page);
        }
    }
}
