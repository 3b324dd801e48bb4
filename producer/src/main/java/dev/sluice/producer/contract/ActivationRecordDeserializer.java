package dev.sluice.producer.contract;

import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Gives views of the consumer's fetched bytes, without a copy: do not keep the records beyond their use, each holds its
 * whole fetch response.
 */
public final class ActivationRecordDeserializer implements Deserializer<ActivationRecord> {
    @Override
    public ActivationRecord deserialize(String topic, byte[] data) {
        return ActivationRecord.decode(ByteBuffer.wrap(data));
    }

    @Override
    public ActivationRecord deserialize(String topic, Headers headers, ByteBuffer data) {
        return ActivationRecord.decode(data);
    }
}
