package dev.sluice.trainer.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;

/**
 * What a variant learns. Each kind of dictionary has a record of its own beside its mathematics; in JSON the member {@code
 * kind} says which.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "kind")
@JsonTypeIdResolver(DictionaryTypeId.class)
public interface DictionarySpec {
    /** The name of the kind, as users write it. */
    @JsonIgnore
    String kind();
}
