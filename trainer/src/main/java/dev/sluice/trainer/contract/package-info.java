/** What the trainer reads and publishes: variant specs, status, measurements, checkpoint manifests. */
@NullMarked
package dev.sluice.trainer.contract;

import org.jspecify.annotations.NullMarked;
