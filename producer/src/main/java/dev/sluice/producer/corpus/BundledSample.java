package dev.sluice.producer.corpus;

import dev.sluice.producer.hash.Sha256;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** The corpus and the small language model that come with Sluice. */
public final class BundledSample {

    /** What users write for the bundled corpus or model. */
    public static final String NAME = "sample";

    private static final String ROOT = "/dev/sluice/producer/sample/";

    private static final Map<String, String> MODEL_SHA256 = Map.of(
            "config.json", "782954eacaa04d255a2971bc156ad36cf0a1ff09bb884aa48445cf8dbc578797",
            "model.safetensors", "803611d19e1a6b82f3f6fe14a71dde6a728f6956f90c78312713e423a3a4dd98",
            "tokenizer.json", "7f57be356d189d0dc0f174060964cdfd1d279d5b6e233a66d00c0ea752f4341e");

    private BundledSample() {}

    /** The bundled documents, read from the class path. */
    public static Corpus corpus() {
        return FileCorpus.ofFile(NAME, new CorpusResource());
    }

    /**
     * Unpacks the model's folder in Hugging Face layout: {@code config.json}, {@code model.safetensors},
     * {@code tokenizer.json}. Files already there are kept if their SHA-256 is right and replaced atomically if not.
     *
     * @param directory where to unpack; created if absent
     * @return the directory
     */
    public static Path unpackModel(Path directory) throws IOException {
        Files.createDirectories(directory);
        for (Map.Entry<String, String> file : MODEL_SHA256.entrySet()) {
            Path target = directory.resolve(file.getKey());
            if (!Files.isRegularFile(target) || !Sha256.hex(target).equals(file.getValue())) {
                unpack(file.getKey(), file.getValue(), target);
            }
        }
        return directory;
    }

    private static void unpack(String name, String sha256, Path target) throws IOException {
        Path part = Files.createTempFile(target.toAbsolutePath().getParent(), name, ".part");
        try {
            try (InputStream content = resource("model/" + name)) {
                Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
            }
            String found = Sha256.hex(part);
            if (!found.equals(sha256)) {
                throw new IOException(target + ": bundled " + name + " must have SHA-256 " + sha256 + ", got " + found);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream content = BundledSample.class.getResourceAsStream(ROOT + name);
        if (content == null) {
            throw new FileNotFoundException("class path:" + ROOT + name);
        }
        return content;
    }

    /** The documents inside the jar. */
    private record CorpusResource() implements RowFile {

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public String location() {
            return "sample/pile-sample.jsonl";
        }

        @Override
        public long bytes() throws IOException {
            try (InputStream content = content()) {
                return content.transferTo(OutputStream.nullOutputStream());
            }
        }

        @Override
        public InputStream content() throws IOException {
            return resource("pile-sample.jsonl");
        }

        @Override
        public RowReader rows() throws IOException {
            return JsonLinesReader.open(content(), location());
        }
    }
}
