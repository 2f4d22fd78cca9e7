package io.skipstone.model;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What is to happen at which {@link Failpoint}: for the whole process, because crashes are. */
public final class Failpoints {
    /** As after {@code kill -9}, and different from every code of {@link ExitCode}, so that a test knows who ended the process. */
    public static final int HALTED = 86;

    private static volatile Map<Failpoint, Armed> armed = Map.of();

    private Failpoints() {}

    /** What happens at a failpoint. */
    public sealed interface Action {
        /** The process ends at once, without shutdown hooks, with exit code {@link #HALTED}. */
        record Halt() implements Action {}

        /** {@link InjectedFailure} is thrown. */
        record Throw() implements Action {}

        record Sleep(long millis) implements Action {}
    }

    /**
     * What is to happen at one failpoint, and when.
     *
     * @param atHit 1 for the first time that the process comes by
     */
    public record Plan(Action action, int atHit) {}

    /** Thrown by a failpoint, and by nothing else. */
    public static final class InjectedFailure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        InjectedFailure(Failpoint at) {
            super("failpoint " + at.id());
        }
    }

    private record Armed(Plan plan, AtomicInteger hits) {}

    /** From now on these happen, and nothing else. */
    public static void arm(Map<Failpoint, Plan> plans) {
        var next = new EnumMap<Failpoint, Armed>(Failpoint.class);
        plans.forEach((point, plan) -> next.put(point, new Armed(plan, new AtomicInteger())));
        armed = next;
    }

    static void hit(Failpoint point) {
        Armed here = armed.get(point);
        if (here != null && here.hits.incrementAndGet() == here.plan.atHit()) {
            act(point, here.plan.action());
        }
    }

    private static void act(Failpoint point, Action action) {
        switch (action) {
            case Action.Halt _ -> Runtime.getRuntime().halt(HALTED);
            case Action.Throw _ -> throw new InjectedFailure(point);
            case Action.Sleep(long millis) -> sleep(millis);
        }
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
