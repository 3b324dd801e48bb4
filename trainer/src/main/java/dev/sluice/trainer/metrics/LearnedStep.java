package dev.sluice.trainer.metrics;

import dev.sluice.trainer.checkpoint.CheckpointHeader;
import dev.sluice.trainer.contract.Measurement;
import java.util.List;

/**
 * What one batch brought.
 *
 * @param measurements one for each view
 * @param header after it
 * @param learnSeconds spent on learning
 * @param scoreSeconds spent on measuring
 */
public record LearnedStep(
        List<Measurement> measurements, CheckpointHeader header, double learnSeconds, double scoreSeconds) {}
