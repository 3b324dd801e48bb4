package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldRefuseASecondRunOnTheSameFolderAndSayWhoHasIt() {
        Path folder = temporary.resolve("data");
        try (DataFolder first = DataFolder.open(folder)) {
            assertThat(first.kafka().getParent()).isEqualTo(first.path());
            assertThatThrownBy(() -> DataFolder.open(folder))
                    .isInstanceOf(LocalException.class)
                    .hasMessageContaining("is in use by another run (process "
                            + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining("--data-dir");
        }
    }

    @Test
    void shouldOpenAgainOnceTheFirstRunHasEnded() {
        DataFolder.open(temporary).close();

        try (DataFolder second = DataFolder.open(temporary)) {
            assertThat(second.path()).isEqualTo(temporary.toAbsolutePath().normalize());
        }
    }

    @Test
    void shouldSayThatAFolderCannotBeMade() throws Exception {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatThrownBy(() -> DataFolder.open(file.resolve("data")))
                .isInstanceOf(LocalException.class)
                .hasMessageContaining("cannot be used");
    }

    @Test
    void shouldRememberEachCommandOnceInTheirOrder() {
        assertThat(DataFolder.commands(temporary.resolve("data"))).isEmpty();
        try (DataFolder data = DataFolder.open(temporary.resolve("data"))) {
            data.keep("run --seed 1");
            data.keep("run");
            data.keep("run --seed 1");
        }

        assertThat(DataFolder.commands(temporary.resolve("data"))).containsExactly("run --seed 1", "run");
    }
}
