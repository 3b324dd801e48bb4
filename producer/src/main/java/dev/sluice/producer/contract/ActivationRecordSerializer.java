package dev.sluice.producer.contract;

import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serializer;

/** The bytes that a record was decoded from, unchanged. */
public final class ActivationRecordSerializer implements Serializer<ActivationRecord> {
    @Override
    public byte[] serialize(String topic, ActivationRecord record) {
        ByteBuffer value = record.bytes();
        byte[] bytes = new byte[value.remaining()];
        value.get(bytes);
        return bytes;
    }
}
