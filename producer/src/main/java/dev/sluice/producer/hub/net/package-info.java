/** Requests to the hub: proxies, attempts, pauses. */
@NullMarked
package dev.sluice.producer.hub.net;

import org.jspecify.annotations.NullMarked;
