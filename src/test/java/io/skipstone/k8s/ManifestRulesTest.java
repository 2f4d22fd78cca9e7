package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.skipstone.consensus.RaftNode;
import io.skipstone.model.PeerAddress;
import io.skipstone.node.Settings;
import io.skipstone.node.StopLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a schema cannot say: that the manifests fit one another, the server, and what the operations page promises. */
@ParameterizedClass(name = "{0}")
@MethodSource("overlays")
class ManifestRulesTest {
    private final Manifests manifests;
    private final PodSpec pod;
    private final Container container;

    ManifestRulesTest(String overlay) throws IOException {
        manifests = Manifests.of(overlay);
        pod = manifests.pod();
        container = manifests.container();
    }

    static Stream<String> overlays() throws IOException {
        return Manifests.overlays().stream();
    }

    @Nested
    class Selectors {
        private final Map<String, String> podLabels =
                manifests.statefulSet().getSpec().getTemplate().getMetadata().getLabels();

        @Test
        void ofTheStatefulSetAndItsServicesMatchItsPods() {
            assertMatches(manifests.statefulSet().getSpec().getSelector());
            assertThat(manifests.all(Service.class)).hasSize(2).allSatisfy(service -> assertThat(podLabels)
                    .containsAllEntriesOf(service.getSpec().getSelector()));
        }

        @Test
        void ofTheBudgetAndThePoliciesMatchItsPods() {
            assertThat(manifests.all(PodDisruptionBudget.class))
                    .hasSize(1)
                    .allSatisfy(budget -> assertMatches(budget.getSpec().getSelector()));
            assertThat(manifests.all(NetworkPolicy.class))
                    .isNotEmpty()
                    .allSatisfy(policy -> assertMatches(policy.getSpec().getPodSelector()));
        }

        @Test
        void thatKeepMembersApartMatchItsPods() {
            var apart = pod.getAffinity().getPodAntiAffinity();

            assertThat(apart.getPreferredDuringSchedulingIgnoredDuringExecution())
                    .isNotEmpty()
                    .allSatisfy(term -> assertMatches(term.getPodAffinityTerm().getLabelSelector()));
            assertThat(apart.getRequiredDuringSchedulingIgnoredDuringExecution())
                    .allSatisfy(term -> assertMatches(term.getLabelSelector()));
            assertThat(pod.getTopologySpreadConstraints())
                    .allSatisfy(spread -> assertMatches(spread.getLabelSelector()));
        }

        @Test
        void ofTheMonitorMatchOneServiceThatHasItsPort() {
            assertThat(manifests.all(ServiceMonitor.class)).allSatisfy(monitor -> {
                var wanted = monitor.getSpec().getSelector().getMatchLabels();
                var services = manifests.all(Service.class).stream()
                        .filter(service ->
                                service.getMetadata().getLabels().entrySet().containsAll(wanted.entrySet()))
                        .toList();
                assertThat(services).hasSize(1);
                assertThat(monitor.getSpec().getEndpoints()).allSatisfy(endpoint -> {
                    assertThat(services.getFirst().getSpec().getPorts())
                            .anyMatch(port -> port.getName().equals(endpoint.getPort()));
                    assertThat(endpoint.getPath()).isEqualTo("/q/metrics");
                });
            });
        }

        private void assertMatches(LabelSelector selector) {
            assertThat(selector.getMatchExpressions()).isEmpty();
            assertThat(podLabels)
                    .containsAllEntriesOf(selector.getMatchLabels())
                    .as("a selector of nothing is one of everything")
                    .isNotEmpty();
            assertThat(selector.getMatchLabels()).isNotEmpty();
        }
    }

    @Nested
    class Ports {
        @Test
        void areTheDefaultsOfTheSettings() {
            assertThat(manifests.port("client")).isEqualTo(settings().clientPort());
            assertThat(manifests.port("peer")).isEqualTo(settings().peerPort());
            assertThat(manifests.port("management")).isEqualTo(settings().managementPort());
        }

        @Test
        void ofTheServicesAndPoliciesAreSomeOfThePods() {
            var names =
                    container.getPorts().stream().map(ContainerPort::getName).toList();

            assertThat(manifests.all(Service.class))
                    .flatExtracting(service -> service.getSpec().getPorts())
                    .allSatisfy(port ->
                            assertThat(names).contains(port.getTargetPort().getStrVal()));
            assertThat(manifests.all(NetworkPolicy.class))
                    .flatExtracting(policy -> policy.getSpec().getIngress())
                    .flatExtracting(rule -> rule.getPorts())
                    .extracting(NetworkPolicyPort::getPort)
                    .allSatisfy(port -> assertThat(names).contains(port.getStrVal()));
        }

        @Test
        void forClientsAndForPeersAreApart() {
            assertThat(portNames(manifests.service("skipstone"))).containsExactly("client");
            assertThat(portNames(manifests.peers())).containsExactly("peer", "management");
        }

        @Test
        void openToClientsPeersAndPrometheusAreTheOnlyOnes() {
            var open = manifests.all(NetworkPolicy.class).stream()
                    .flatMap(policy -> policy.getSpec().getIngress().stream())
                    .toList();

            assertThat(open).allSatisfy(rule -> {
                assertThat(rule.getFrom())
                        .as("nobody is let in from everywhere")
                        .isNotEmpty();
                assertThat(rule.getPorts()).hasSize(1);
            });
        }

        private static List<String> portNames(Service service) {
            return service.getSpec().getPorts().stream()
                    .map(port -> port.getTargetPort().getStrVal())
                    .toList();
        }
    }

    @Nested
    class Members {
        private final int replicas = manifests.statefulSet().getSpec().getReplicas();

        @Test
        void areNamedByTheStatefulSetAndFoundByItsHeadlessService() {
            String name = manifests.statefulSet().getMetadata().getName();
            String service = manifests.peers().getMetadata().getName();

            var expected = IntStream.range(0, replicas)
                    .mapToObj(ordinal -> new PeerAddress(
                            name + "-" + ordinal,
                            name + "-" + ordinal + "." + service,
                            settings().peerPort()))
                    .toList();
            var written = Stream.of(manifests.variable("SKIPSTONE_PEERS").split(",", -1))
                    .map(PeerAddress::parse)
                    .toList();

            assertThat(written).isEqualTo(expected);
        }

        @Test
        void areOddInNumber() {
            assertThat(replicas % 2).isOne();
        }

        @Test
        void meetBeforeTheyAreReadyAndStartTogether() {
            assertThat(manifests.peers().getSpec().getClusterIP()).isEqualTo("None");
            assertThat(manifests.peers().getSpec().getPublishNotReadyAddresses())
                    .isTrue();
            assertThat(manifests.statefulSet().getSpec().getPodManagementPolicy())
                    .isEqualTo("Parallel");
        }

        @Test
        void takeTheirNameFromThePodAndListenOutside() {
            assertThat(container.getEnv())
                    .filteredOn(variable -> variable.getName().equals("SKIPSTONE_NODE_ID"))
                    .singleElement()
                    .extracting(
                            variable -> variable.getValueFrom().getFieldRef().getFieldPath())
                    .isEqualTo("metadata.name");
            assertThat(manifests.variable("SKIPSTONE_LISTEN")).isEqualTo("0.0.0.0");
        }

        @Test
        void areTakenOneAtATime() {
            assertThat(manifests.all(PodDisruptionBudget.class))
                    .singleElement()
                    .extracting(budget -> budget.getSpec().getMaxUnavailable().getIntVal())
                    .isEqualTo(1);
        }

        @Test
        void keepTheirVolumesWhateverHappens() {
            var policy = manifests.statefulSet().getSpec().getPersistentVolumeClaimRetentionPolicy();

            assertThat(policy.getWhenDeleted()).isEqualTo("Retain");
            assertThat(policy.getWhenScaled()).isEqualTo("Retain");
        }
    }

    @Nested
    class Variables {
        @Test
        void areSettings() {
            var known = Settings.described().stream()
                    .map(setting -> setting.name()
                            .toUpperCase(Locale.ROOT)
                            .replace('.', '_')
                            .replace('-', '_'))
                    .toList();

            assertThat(container.getEnv()).extracting(EnvVar::getName).allSatisfy(name -> assertThat(known)
                    .contains(name));
        }

        /** Kubernetes would set SKIPSTONE_PORT and more for the service of that name, and the server refuses what it does not know. */
        @Test
        void areNotMadeFromServices() {
            assertThat(pod.getEnableServiceLinks()).isFalse();
        }

        @Test
        void keepTheDataOnTheVolume() {
            Path data = Path.of(manifests.variable("SKIPSTONE_DATA_DIR"));
            var mount = container.getVolumeMounts().getFirst();
            var claim =
                    manifests.statefulSet().getSpec().getVolumeClaimTemplates().getFirst();

            assertThat(data.getParent()).isEqualTo(Path.of(mount.getMountPath()));
            assertThat(mount.getName()).isEqualTo(claim.getMetadata().getName());
            assertThat(claim.getSpec().getAccessModes()).containsExactly("ReadWriteOnce");
        }
    }

    @Nested
    class Probes {
        /** The longest election, twice: a first one that was split is followed by another. */
        private static final int ELECTIONS_SECONDS = 4;

        /** docs/operations.md: the budget of the startup probe. */
        private static final int STARTUP_SECONDS = 60;

        @Test
        void askThePathsOfTheHealthPage() {
            assertThat(List.of(
                            container.getStartupProbe(), container.getReadinessProbe(), container.getLivenessProbe()))
                    .allSatisfy(probe ->
                            assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management"))
                    .extracting(probe -> probe.getHttpGet().getPath())
                    .containsExactly("/q/health/started", "/q/health/ready", "/q/health/live");
        }

        @Test
        void giveAStartItsTime() {
            assertThat(budgetSeconds(container.getStartupProbe())).isGreaterThanOrEqualTo(STARTUP_SECONDS);
        }

        @Test
        void sendNoClientsAwayDuringAnElection() {
            assertThat(budgetSeconds(container.getReadinessProbe())).isGreaterThan(ELECTIONS_SECONDS);
        }

        @Test
        void endNobodyWhoIsOnlyBusy() {
            assertThat(budgetSeconds(container.getLivenessProbe())).isGreaterThanOrEqualTo(60);
            assertThat(container.getLivenessProbe().getTimeoutSeconds()).isGreaterThanOrEqualTo(5);
        }

        private static int budgetSeconds(Probe probe) {
            return probe.getPeriodSeconds() * probe.getFailureThreshold();
        }
    }

    @Nested
    class AStop {
        @Test
        void hasTimeForAllOfItsSteps() {
            long preStop = container.getLifecycle().getPreStop().getSleep().getSeconds();
            long stepsMillis = Math.max(StopLimits.HANDOVER_MILLIS, settings().drainMillis())
                    + StopLimits.IN_FLIGHT_MILLIS
                    + RaftNode.STOP_TIMEOUT_MILLIS;

            assertThat(Duration.ofSeconds(pod.getTerminationGracePeriodSeconds()))
                    .isGreaterThan(Duration.ofSeconds(preStop).plusMillis(stepsMillis));
        }

        @Test
        void beginsWhenNoProxySendsAnybodyAnyMore() {
            var preStop = container.getLifecycle().getPreStop();

            assertThat(Duration.ofSeconds(preStop.getSleep().getSeconds())).isGreaterThan(Endpoints.LAG);
            assertThat(preStop.getExec()).as("there is no shell in the image").isNull();
        }
    }

    @Nested
    class Rights {
        @Test
        void areThoseOfTheRestrictedPodSecurityStandard() {
            var ofPod = pod.getSecurityContext();
            var ofContainer = container.getSecurityContext();

            assertThat(ofPod.getRunAsNonRoot()).isTrue();
            assertThat(ofPod.getRunAsUser()).isNotZero();
            assertThat(ofPod.getFsGroup()).isEqualTo(ofPod.getRunAsGroup());
            assertThat(ofPod.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
            assertThat(ofContainer.getAllowPrivilegeEscalation()).isFalse();
            assertThat(ofContainer.getReadOnlyRootFilesystem()).isTrue();
            assertThat(ofContainer.getCapabilities().getDrop()).containsExactly("ALL");
            assertThat(ofContainer.getCapabilities().getAdd()).isEmpty();
            assertThat(pod.getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getVolumes())
                    .as("nothing of the machine")
                    .allSatisfy(volume -> assertThat(volume.getEmptyDir()).isNotNull());
        }
    }

    @Nested
    class Resources {
        private static final BigDecimal MIB = BigDecimal.valueOf(1 << 20);

        @Test
        void ofMemoryAreReservedAsFarAsTheyMayBeUsed() {
            var resources = container.getResources();

            assertThat(bytes(resources.getRequests().get("memory")))
                    .isEqualByComparingTo(bytes(resources.getLimits().get("memory")))
                    .as("heap, process and some pages of the store")
                    .isGreaterThanOrEqualTo(MIB.multiply(BigDecimal.valueOf(1024)));
        }

        @Test
        void ofTheProcessorAreNeverTakenAway() {
            assertThat(container.getResources().getRequests()).containsKey("cpu");
            assertThat(container.getResources().getLimits()).doesNotContainKey("cpu");
        }

        private static BigDecimal bytes(Quantity quantity) {
            return quantity.getNumericalAmount();
        }
    }

    private static Settings settings() {
        return Settings.read(Map.of(), Map.of());
    }
}
