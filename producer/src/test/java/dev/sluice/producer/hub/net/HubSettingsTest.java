package dev.sluice.producer.hub.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HubSettingsTest {
    private static final Path HOME = Path.of("/no/such/home");

    @Test
    void shouldTakeThePublicHubAndTheHomeFolderWithoutAnyVariable() {
        HubSettings settings = settings(Map.of());

        assertThat(settings.endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(settings.cache()).isEqualTo(HOME.resolve(".cache/huggingface/hub"));
        assertThat(settings.token()).isNull();
        assertThat(settings.offline()).isFalse();
    }

    @Test
    void shouldPreferTheNarrowerVariableOfTheCache() {
        assertThat(settings(Map.of("XDG_CACHE_HOME", "/x")).cache()).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(settings(Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "/h")).cache())
                .isEqualTo(Path.of("/h/hub"));
        assertThat(settings(Map.of("HF_HOME", "/h", "HF_HUB_CACHE", "~/c")).cache())
                .isEqualTo(HOME.resolve("c"));
    }

    @Test
    void shouldReadTheTokenWithoutPrintingIt() {
        HubSettings settings = settings(Map.of("HF_TOKEN", " hf_abc\n"));

        assertThat(settings.token()).isEqualTo(new Token("hf_abc"));
        assertThat(settings.toString()).doesNotContain("hf_abc");
        assertThat(settings(Map.of("HF_TOKEN", "hf_abc", "HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"))
                        .token())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource({"1, true", "ON, true", "yes, true", "True, true", "0, false", "off, false", "'', false"})
    void shouldReadOfflineAsHuggingfaceHubDoes(String value, boolean offline) {
        assertThat(settings(Map.of("HF_HUB_OFFLINE", value)).offline()).isEqualTo(offline);
    }

    @Test
    void shouldNameEveryWrongValueAtOnce() {
        assertThatThrownBy(() -> settings(Map.of(
                        "HF_ENDPOINT", "hub.example",
                        "HF_TOKEN", "a b",
                        "HTTPS_PROXY", "socks5://user:pw@proxy:1080")))
                .isInstanceOf(HubException.class)
                .hasMessageContaining("HF_ENDPOINT must be an address like https://huggingface.co, got 'hub.example'")
                .hasMessageContaining("HF_TOKEN must hold a token of visible ASCII characters")
                .hasMessageContaining("HTTPS_PROXY must be the address of an HTTP proxy like http://proxy:3128")
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "https://huggingface.co/x,      http://secure:3128",
                "http://huggingface.co/x,       http://plain:8080",
                "https://hub.corp.example/x,    -",
                "https://corp.example/x,        -",
                "https://notcorp.example/x,     http://secure:3128",
                "http://10.0.0.1:8000/x,        -",
                "http://10.0.0.1:8001/x,        http://plain:8080",
                "https://cdn.other.example/x,   -",
            })
    void shouldChooseTheProxyByScheme(URI target, URI proxy) {
        Map<String, String> environment = Map.of(
                "https_proxy", "http://secure:3128",
                "HTTP_PROXY", "plain:8080",
                "NO_PROXY", "corp.example, 10.0.0.1:8000,*.other.example");

        assertThat(settings(environment).proxies().proxy(target)).isEqualTo(proxy);
    }

    @Test
    void shouldGoEverywhereDirectlyIfToldSo() {
        assertThat(settings(Map.of("ALL_PROXY", "http://p:1", "NO_PROXY", "*"))
                        .proxies()
                        .proxy(URI.create("https://huggingface.co")))
                .isNull();
        assertThat(settings(Map.of("ALL_PROXY", "http://p:1")).proxies().proxy(URI.create("https://huggingface.co")))
                .isEqualTo(URI.create("http://p:1"));
    }

    private static HubSettings settings(Map<String, String> environment) {
        return HubSettings.of(environment, HOME);
    }
}
