/** Rows of Parquet files; what a file declares is checked before the library allocates by it. */
@NullMarked
package dev.sluice.producer.corpus.parquet;

import org.jspecify.annotations.NullMarked;
