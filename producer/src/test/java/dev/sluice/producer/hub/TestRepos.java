package dev.sluice.producer.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** Repositories whose files have the form that their names promise. */
final class TestRepos {
    static final String MODEL = "org/tiny";

    private TestRepos() {}

    /** A model with weights of this many bytes. */
    static TestRepo model(int weights) {
        return new TestRepo("models/" + MODEL, 0xA1)
                .with("README.md", "# A model")
                .with("config.json", resource("/golden/lm/gpt_neox_tiny/config.json"))
                .with("generation_config.json", "{}")
                .with("pytorch_model.bin", pickle())
                .with("model.safetensors", safetensors(weights))
                .with("tokenizer.json", "{\"model\": {}}");
    }

    static byte[] safetensors(int size) {
        byte[] header = "{\"__metadata__\":{}}".getBytes(StandardCharsets.UTF_8);
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(header.length)
                .put(header);
        return bytes;
    }

    static byte[] parquet(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        System.arraycopy("PAR1".getBytes(StandardCharsets.UTF_8), 0, bytes, 0, 4);
        return bytes;
    }

    /** What torch.save of version 1.6 and newer begins with. */
    static byte[] pickle() {
        return new byte[] {'P', 'K', 3, 4, 0, 0, 8, 8, 0, 0};
    }

    static byte[] resource(String name) {
        try (InputStream in = TestRepos.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
