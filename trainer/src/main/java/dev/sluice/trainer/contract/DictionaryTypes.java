package dev.sluice.trainer.contract;

import org.jspecify.annotations.Nullable;

/** Knows the record of each kind of dictionary, so that JSON can be read. Found as a {@link java.util.ServiceLoader} does. */
public interface DictionaryTypes {
    /** Null if it does not know the kind. */
    @Nullable
    Class<? extends DictionarySpec> of(String kind);
}
