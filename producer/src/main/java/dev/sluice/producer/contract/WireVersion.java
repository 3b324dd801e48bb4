package dev.sluice.producer.contract;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The only version of a type's JSON that this code reads and writes; without it {@link Json#VERSION}. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface WireVersion {
    int value();
}
