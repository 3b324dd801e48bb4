/** One block: windows of the corpus to labelled rows, before they are mixed and sent. */
@NullMarked
package dev.sluice.producer.block;

import org.jspecify.annotations.NullMarked;
