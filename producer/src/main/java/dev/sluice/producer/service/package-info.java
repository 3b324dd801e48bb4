/** Start-up, configuration, health, metrics and graceful stop, for all three services. */
@NullMarked
package dev.sluice.producer.service;

import org.jspecify.annotations.NullMarked;
