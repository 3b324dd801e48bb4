/** TorchScript programs, the one compute thread, devices. */
@NullMarked
package dev.sluice.producer.engine;

import org.jspecify.annotations.NullMarked;
