/** A real Kafka broker in KRaft mode inside this JVM. */
@NullMarked
package dev.sluice.broker;

import org.jspecify.annotations.NullMarked;
