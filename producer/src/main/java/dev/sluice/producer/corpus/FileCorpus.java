package dev.sluice.producer.corpus;

import dev.sluice.producer.hash.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A corpus of one or more files, one after the other. */
final class FileCorpus implements Corpus {

    private final String name;
    private final boolean folder;
    private final List<RowFile> files;
    private @Nullable String digest;

    private FileCorpus(String name, boolean folder, List<RowFile> files, @Nullable String digest) {
        this.name = name;
        this.folder = folder;
        this.files = List.copyOf(files);
        this.digest = digest;
    }

    static FileCorpus ofFile(String name, RowFile file) {
        return new FileCorpus(name, false, List.of(file), null);
    }

    static FileCorpus ofFolder(String name, List<RowFile> files) {
        return new FileCorpus(name, true, files, null);
    }

    /** Files whose content a revision stands for: it is the digest. */
    static FileCorpus ofRevision(String name, String revision, List<RowFile> files) {
        return new FileCorpus(name, true, files, revision);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized String digest() {
        String known = digest;
        if (known == null) {
            known = folder ? digestOfAll() : digest(files.get(0));
            digest = known;
        }
        return known;
    }

    private String digestOfAll() {
        MessageDigest all = Sha256.start();
        for (RowFile file : files) {
            String line = file.name() + " " + size(file) + " " + digest(file) + "\n";
            all.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.finish(all);
    }

    private static String digest(RowFile file) {
        try (InputStream content = file.content()) {
            return Sha256.hex(content);
        } catch (IOException e) {
            throw new CorpusException(file.location() + ": cannot be read: " + e.getMessage(), e);
        }
    }

    private static long size(RowFile file) {
        try {
            return file.bytes();
        } catch (IOException e) {
            throw new CorpusException(file.location() + ": has no size: " + e.getMessage(), e);
        }
    }

    @Override
    public DocumentCursor open(long firstDocument) {
        if (firstDocument < 0) {
            throw new IllegalArgumentException("firstDocument must be at least 0, got " + firstDocument);
        }
        return new FileCursor(name, files, firstDocument);
    }

    @Override
    public OptionalLong bytes() {
        return OptionalLong.of(files.stream().mapToLong(FileCorpus::size).sum());
    }
}
