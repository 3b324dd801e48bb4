/** What experiment trackers get: TensorBoard's event files, MLflow's runs, and lines of JSON. */
@NullMarked
package dev.sluice.evaluator.tracking;

import org.jspecify.annotations.NullMarked;
