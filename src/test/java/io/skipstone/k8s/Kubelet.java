package io.skipstone.k8s;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LifecycleHandler;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Looks after one pod as a kubelet does: starts its container, asks its probes in their periods, and ends it by preStop, SIGTERM and the
 * grace period. A container that fails its startup or liveness probe is not started again: here that is the end of the test.
 */
final class Kubelet implements AutoCloseable {
    private final String name;
    private final Path volume;
    private final Manifests manifests;
    private final Runnable onChange;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService probes = Executors.newSingleThreadScheduledExecutor();

    private final AtomicBoolean terminating = new AtomicBoolean();
    private volatile boolean ready;
    private volatile Optional<String> fault = Optional.empty();
    private volatile Optional<ScheduledFuture<?>> startup = Optional.empty();
    private final String address;
    private final PodProcess container;

    /**
     * @param onChange told after each change of readiness
     */
    Kubelet(String name, String address, Path volume, Manifests manifests, Path hosts, Runnable onChange)
            throws IOException {
        this.name = name;
        this.address = address;
        this.volume = volume;
        this.manifests = manifests;
        this.onChange = onChange;
        this.container = PodProcess.start(name, address, volume, hosts, manifests.container());
    }

    void startProbing() {
        Probe probe = manifests.container().getStartupProbe();
        startup = Optional.of(ask(probe, started -> {
            startup.orElseThrow().cancel(false);
            if (started) {
                var _ = ask(manifests.container().getReadinessProbe(), this::setReady);
                var _ = ask(manifests.container().getLivenessProbe(), alive -> failUnless(alive, "liveness"));
            } else {
                failUnless(false, "startup");
            }
        }));
    }

    private ScheduledFuture<?> ask(Probe probe, Consumer<Boolean> onVerdict) {
        var count = new ProbeCount(probe);
        long delay = Optional.ofNullable(probe.getInitialDelaySeconds()).orElse(0);
        return probes.scheduleAtFixedRate(
                () -> count.count(isUp(probe)).ifPresent(onVerdict), delay, probe.getPeriodSeconds(), TimeUnit.SECONDS);
    }

    private boolean isUp(Probe probe) {
        var action = probe.getHttpGet();
        String url = "http://" + address + ":" + manifests.port(action.getPort().getStrVal()) + action.getPath();
        var request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofSeconds(probe.getTimeoutSeconds()))
                .build();
        try {
            int status = http.send(request, BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 400;
        } catch (IOException silent) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void setReady(boolean isReady) {
        ready = isReady;
        onChange.run();
    }

    private void failUnless(boolean success, String probe) {
        if (!success && !terminating.get()) {
            fault = Optional.of(name + " would have been restarted: its " + probe + " probe failed");
        }
    }

    /** Whether clients are sent to it. */
    boolean isEndpoint() {
        return ready && !terminating.get();
    }

    InetSocketAddress clientAddress() {
        return new InetSocketAddress(address, manifests.port("client"));
    }

    String address() {
        return address;
    }

    String name() {
        return name;
    }

    /** What a kubelet would not have put up with. */
    Optional<String> fault() {
        return fault.or(() -> container.isAlive() || terminating.get()
                ? Optional.empty()
                : Optional.of(name + " ended by itself with " + container.exitCode()));
    }

    String log() throws IOException {
        return PodProcess.log(volume);
    }

    /** Deletes the pod: its endpoint goes at the same time as its preStop begins. Returns when the container has ended, and how. */
    int delete() throws InterruptedException {
        terminating.set(true);
        onChange.run();
        long deadline =
                System.nanoTime() + TimeUnit.SECONDS.toNanos(manifests.pod().getTerminationGracePeriodSeconds());
        preStop();
        container.askToStop();
        boolean ended = container.endsWithin(Duration.ofNanos(deadline - System.nanoTime()));
        if (!ended) {
            throw new IllegalStateException(name + " did not end within its grace period");
        }
        close();
        return container.exitCode();
    }

    private void preStop() throws InterruptedException {
        Container spec = manifests.container();
        LifecycleHandler handler = spec.getLifecycle().getPreStop();
        if (handler.getSleep() == null || handler.getExec() != null || handler.getHttpGet() != null) {
            throw new IllegalArgumentException("not used in these manifests, so not understood: " + handler);
        }
        // The container must go on living meanwhile.
        if (container.endsWithin(Duration.ofSeconds(handler.getSleep().getSeconds()))) {
            throw new IllegalStateException(name + " ended during its preStop");
        }
    }

    @Override
    public void close() {
        probes.shutdownNow();
        http.shutdownNow();
        if (container.isAlive()) {
            container.kill();
        }
    }
}
