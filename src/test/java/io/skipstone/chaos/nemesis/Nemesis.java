package io.skipstone.chaos.nemesis;

import io.skipstone.chaos.cluster.ChaosCluster;
import io.skipstone.chaos.cluster.Server;
import io.skipstone.model.ExitCode;
import io.skipstone.process.FaultyDisk.Call;
import io.skipstone.process.FaultyDisk.Trouble;
import io.skipstone.process.FaultyDisk.Where;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;

/**
 * Lets one fault after the other happen, in an order and at places that a seed chooses; when each of them meets the cluster, the machine
 * decides. One thread.
 */
public final class Nemesis {
    private static final int LONGEST_CALM_MILLIS = 2_500;
    private static final int LONGEST_PARTING_MILLIS = 6_000;
    private static final int LONGEST_PAUSE_MILLIS = 5_000;
    private static final int LONGEST_DOWN_MILLIS = 2_500;
    private static final int LONGEST_DELAY_MILLIS = 120;
    private static final int LONGEST_STORM = 4;
    private static final int LONGEST_CLOCK_ERROR_SECONDS = 7_200;

    /** While it runs, and while it starts. */
    private static final Set<Integer> EXPECTED_OF_A_BROKEN_DISK = Set.of(ExitCode.STORAGE.code(), ExitCode.DISK.code());

    private final ChaosCluster cluster;
    private final Optional<Machines> machines;
    private final Membership membership;
    private final Random random;
    private final List<Fault> faults;
    private final Map<Fault, Integer> happened = new EnumMap<>(Fault.class);
    private final List<String> diary = new ArrayList<>();
    private final List<String> endedByThemselves = new ArrayList<>();
    private final long startedNanos = System.nanoTime();

    /**
     * Chooses from these faults.
     *
     * @param machines of the nodes; without them no fault is chosen that needs them
     */
    public Nemesis(ChaosCluster cluster, Optional<Machines> machines, long seed, Set<Fault> faults) {
        this.cluster = cluster;
        this.membership = new Membership(cluster);
        this.machines = machines;
        this.random = new Random(seed);
        this.faults = faults.stream().sorted().toList();
    }

    /** For so long, and for what then is not over yet; afterwards nothing is wrong any more. */
    public void rage(Duration duration) throws IOException, InterruptedException {
        long end = System.nanoTime() + duration.toNanos();
        while (System.nanoTime() < end) {
            dwell(LONGEST_CALM_MILLIS);
            Fault fault = faults.get(random.nextInt(faults.size()));
            happened.merge(fault, 1, Integer::sum);
            strike(fault);
            cluster.network().heal();
            launchWhoeverEnded();
        }
    }

    /** How often each fault has happened. */
    public Map<Fault, Integer> happened() {
        return Map.copyOf(happened);
    }

    /** Nodes whose process was gone though nobody had ended it. */
    public List<String> endedByThemselves() {
        return List.copyOf(endedByThemselves);
    }

    /** What was done when. */
    public List<String> diary() {
        return List.copyOf(diary);
    }

    private void strike(Fault fault) throws IOException, InterruptedException {
        note(fault.toString());
        switch (fault) {
            case KILL_LEADER -> kill(List.of(leader()));
            case KILL_FOLLOWER -> kill(List.of(follower()));
            case KILL_ALL -> kill(cluster.founders());
            case RESTART_STORM -> storm();
            case STOP_ONE -> stop(anyone());
            case PAUSE_LEADER -> pause(leader());
            case PAUSE_FOLLOWER -> pause(follower());
            case PART_LEADER -> isolate(leader());
            case PART_FOLLOWER -> isolate(follower());
            case BRIDGE -> bridge(anyone());
            case ONE_WAY -> oneWay();
            case SLOW_NETWORK -> slow();
            case CLOCK_JUMP -> jump(anyone());
            case TRANSFER_LEADER -> membership.transferLeader();
            case CHANGE_MEMBERS -> changeMembers(cluster.spare());
            case DISK_FULL -> breakDisk(anyone(), Call.WRITE, Trouble.ENOSPC);
            case DISK_ERROR -> breakDisk(anyone(), random.nextBoolean() ? Call.WRITE : Call.SYNC, Trouble.EIO);
        }
    }

    private void kill(List<Server> victims) throws IOException, InterruptedException {
        for (Server victim : victims) {
            note("kill -9 " + victim.name());
            victim.kill();
        }
        dwell(LONGEST_DOWN_MILLIS);
        for (Server victim : victims) {
            note("start " + victim.name());
            victim.launch();
        }
    }

    private void storm() throws IOException, InterruptedException {
        int kills = 2 + random.nextInt(LONGEST_STORM);
        for (int i = 0; i < kills; i++) {
            kill(List.of(anyone()));
            dwell(LONGEST_CALM_MILLIS);
            launchWhoeverEnded();
        }
    }

    private void stop(Server victim) throws IOException, InterruptedException {
        note("SIGTERM " + victim.name());
        note("ended with " + victim.stop());
        dwell(LONGEST_DOWN_MILLIS);
        victim.launch();
    }

    private void pause(Server victim) throws IOException, InterruptedException {
        note("SIGSTOP " + victim.name());
        victim.freeze();
        try {
            dwell(LONGEST_PAUSE_MILLIS);
        } finally {
            victim.wake();
        }
        note("SIGCONT " + victim.name());
    }

    private void isolate(Server victim) throws InterruptedException {
        part("isolate " + victim.name(), (from, to) -> from.equals(victim.name()) || to.equals(victim.name()));
    }

    private void bridge(Server middle) throws InterruptedException {
        part("bridge over " + middle.name(), (from, to) -> !from.equals(middle.name()) && !to.equals(middle.name()));
    }

    private void oneWay() throws InterruptedException {
        String deaf = anyone().name();
        part("no calls to " + deaf, (_, to) -> to.equals(deaf));
    }

    private void part(String what, BiPredicate<String, String> which) throws InterruptedException {
        boolean silently = random.nextBoolean();
        note(what + (silently ? ", silently" : ", hanging up"));
        cluster.network().part(cluster.names(), which, silently);
        dwell(LONGEST_PARTING_MILLIS);
        cluster.network().heal();
        note("healed");
    }

    private void slow() throws InterruptedException {
        int delayMillis = 1 + random.nextInt(LONGEST_DELAY_MILLIS);
        note("delay of " + delayMillis + " ms");
        cluster.network().slow(cluster.names(), (_, _) -> true, delayMillis);
        dwell(LONGEST_PARTING_MILLIS);
    }

    private void jump(Server victim) throws IOException, InterruptedException {
        int seconds = random.nextInt(2 * LONGEST_CLOCK_ERROR_SECONDS) - LONGEST_CLOCK_ERROR_SECONDS;
        note("clock of " + victim.name() + " wrong by " + seconds + " s");
        setClock(victim, Duration.ofSeconds(seconds));
        dwell(LONGEST_PARTING_MILLIS);
        setClock(victim, Duration.ZERO);
    }

    private void changeMembers(Server joiner) throws IOException, InterruptedException {
        note("add " + joiner.name());
        joiner.launch();
        membership.add(joiner);
        note("promote " + joiner.name());
        membership.promote(joiner);
        if (random.nextBoolean()) {
            kill(List.of(joiner));
        }
        dwell(LONGEST_CALM_MILLIS);
        note("remove " + joiner.name());
        membership.remove(joiner);
        dwell(LONGEST_CALM_MILLIS);
        joiner.killAndForget();
    }

    private void setClock(Server victim, Duration wrongBy) throws IOException {
        machines().shift(victim.name(), wrongBy);
    }

    /** A node that meets the trouble ends, and says of what; one that writes nothing meanwhile does not notice. */
    private void breakDisk(Server victim, Call call, Trouble trouble) throws IOException, InterruptedException {
        Where where = random.nextBoolean() ? Where.LOG : Where.STORE;
        note("disk of " + victim.name() + ": " + call + " " + where + " " + trouble);
        int ends = victim.failStops();
        machines().breakDisk(victim.name(), call, trouble, where);
        dwell(LONGEST_PARTING_MILLIS);
        machines().repairDisk(victim.name());
        // One that was just starting may yet find out.
        if (!victim.awaitReadyOrEnd() || victim.failStops() > ends) {
            int code = victim.awaitEnd();
            note(victim.name() + " ended with " + code);
            if (EXPECTED_OF_A_BROKEN_DISK.contains(code)) {
                victim.launch();
            }
        }
    }

    private Machines machines() {
        return machines.orElseThrow();
    }

    private void launchWhoeverEnded() throws IOException {
        for (Server server : cluster.founders()) {
            if (!server.isRunning()) {
                String end = server.name() + " ended by itself; its log ends: " + server.endOfLog();
                note(end);
                endedByThemselves.add(end);
                server.launch();
            }
        }
    }

    private Server leader() {
        return cluster.leader().orElseGet(this::anyone);
    }

    private Server follower() {
        String leader = leader().name();
        List<Server> others = cluster.founders().stream()
                .filter(server -> !server.name().equals(leader))
                .toList();
        return others.get(random.nextInt(others.size()));
    }

    private Server anyone() {
        return cluster.founders().get(random.nextInt(ChaosCluster.FOUNDERS));
    }

    /** The cluster and its clients go on meanwhile. */
    private void dwell(int longestMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(longestMillis));
    }

    private void note(String what) {
        diary.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos) + " ms (" + System.nanoTime() + "): "
                + what);
    }
}
