package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTakeTheSamePortsAtTheNextStart() {
        Path file = folder.resolve("ports.properties");
        Ports first = Ports.choose(0, 0, file);
        first.keep(file);

        assertThat(Ports.choose(null, null, file)).isEqualTo(first);
    }

    @Test
    void shouldRefuseAWantedPortThatIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();

            assertThatThrownBy(() -> Ports.choose(0, port, folder.resolve("none")))
                    .isInstanceOf(LocalException.class)
                    .hasMessageContaining("--kafka-port must be free, " + port + " on 127.0.0.1 is in use");
        }
    }

    @Test
    void shouldTakeAFreePortWhereTheFormerOneIsTaken() throws Exception {
        Path file = folder.resolve("ports.properties");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            new Ports(taken.getLocalPort(), taken.getLocalPort()).keep(file);

            Ports chosen = Ports.choose(null, null, file);

            assertThat(chosen.http()).isPositive().isNotEqualTo(taken.getLocalPort());
            assertThat(chosen.kafka()).isPositive().isNotEqualTo(taken.getLocalPort());
        }
    }

    @Test
    void shouldRefuseAFileThatHoldsNoPort() throws Exception {
        Path file = Files.writeString(folder.resolve("ports.properties"), "http=page\n");

        assertThatThrownBy(() -> Ports.choose(null, null, file))
                .isInstanceOf(LocalException.class)
                .hasMessageContaining("http must be a port, got 'page'");
    }
}
