package dev.sluice.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Pod Security Standard "restricted", and what goes beyond it, for every pod that the manifests make. */
class PodSecurityIT {
    private static final int NONROOT = 65532;
    private static final Set<String> VOLUMES = Set.of("configMap", "secret", "emptyDir", "persistentVolumeClaim");

    static Stream<Workload> workloads() {
        return Kustomize.ALL.stream().flatMap(folder -> Workload.of(Kustomize.render(folder)).stream());
    }

    @BeforeAll
    static void needsKubectl() {
        Kustomize.assumeInstalled();
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void shouldRunWithoutPrivileges(Workload workload) {
        JsonNode pod = workload.pod().path("securityContext");
        JsonNode container = workload.container().path("securityContext");

        assertThat(pod.path("runAsNonRoot").asBoolean()).isTrue();
        assertThat(pod.path("runAsUser").asInt()).isEqualTo(NONROOT);
        assertThat(pod.path("runAsGroup").asInt()).isEqualTo(NONROOT);
        assertThat(pod.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
        assertThat(container.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
        assertThat(container.path("readOnlyRootFilesystem").asBoolean()).isTrue();
        assertThat(container.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
        assertThat(workload.pod().path("containers")).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void shouldHoldNoTokenAndNoServiceLinks(Workload workload) {
        assertThat(workload.pod().path("automountServiceAccountToken").asBoolean(true))
                .isFalse();
        assertThat(workload.pod().path("enableServiceLinks").asBoolean(true))
                .as("they would be SLUICE_ variables, which are configuration")
                .isFalse();
        assertThat(workload.pod().path("serviceAccountName").asText()).startsWith("sluice-");
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void shouldWriteToMountedVolumesOnly(Workload workload) {
        assertThat(workload.mountPaths()).contains("/tmp");
        for (JsonNode volume : workload.pod().path("volumes")) {
            assertThat(volume.fieldNames())
                    .toIterable()
                    .filteredOn(field -> !field.equals("name"))
                    .isSubsetOf(VOLUMES);
        }
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void shouldSayWhatItNeeds(Workload workload) {
        JsonNode resources = workload.container().path("resources");

        assertThat(resources.at("/requests/cpu").asText()).isNotEmpty();
        assertThat(resources.at("/requests/memory").asText()).isNotEmpty();
        assertThat(resources.at("/limits/memory").asText())
                .as("torch's memory does not shrink: a pod that is let have more would be killed at another's need")
                .isEqualTo(resources.at("/requests/memory").asText());
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void shouldGetItsSecretsAsFiles(Workload workload) {
        assertThat(workload.container().path("env").findValues("secretKeyRef")).isEmpty();
        assertThat(workload.container().path("envFrom").findValues("secretRef")).isEmpty();
    }

    @Test
    void shouldEnforceTheStandardInTheNamespace() {
        for (String overlay : Kustomize.OVERLAYS) {
            assertThat(Kustomize.render(overlay))
                    .filteredOn(manifest -> manifest.kind().equals("Namespace"))
                    .singleElement()
                    .satisfies(namespace -> assertThat(
                                    namespace.tree().at("/metadata/labels").toString())
                            .contains("\"pod-security.kubernetes.io/enforce\":\"restricted\""));
        }
    }

    @Test
    void shouldDenyAllTrafficThatNoPolicyAllows() {
        for (String overlay : Kustomize.OVERLAYS) {
            assertThat(Kustomize.render(overlay))
                    .filteredOn(manifest -> manifest.isCalled("NetworkPolicy", "default-deny"))
                    .singleElement()
                    .satisfies(policy -> assertThat(policy.tree().path("spec").toString())
                            .isEqualTo("{\"podSelector\":{},\"policyTypes\":[\"Ingress\",\"Egress\"]}"));
        }
    }
}
