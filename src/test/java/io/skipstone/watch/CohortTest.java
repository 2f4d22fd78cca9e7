package io.skipstone.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Seeds;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Timestamp;
import io.skipstone.store.SortedMapStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Finding by key, compared with looking at each. */
class CohortTest {
    private static final int CASES = 200;

    private final WatchHub hub =
            new WatchHub(new SortedMapStore(), WatchLimits.DEFAULT, System::nanoTime, failure -> {});

    @Test
    void findsEveryInterestThatTheKeyFallsInto() {
        Seeds.each(CASES, this::compare);
    }

    private void compare(Random random) {
        var cohort = new Cohort();
        List<Watch> members = new ArrayList<>();
        for (int step = 0; step < 100; step++) {
            if (members.isEmpty() || random.nextInt(3) > 0) {
                Watch watch = watch(range(random), random.nextBoolean());
                members.add(watch);
                cohort.add(watch);
            } else {
                cohort.remove(members.remove(random.nextInt(members.size())));
            }
            Bytes key = bytes(random, 1 + random.nextInt(3));
            List<Watch> found = new ArrayList<>();
            cohort.match(key, interest -> found.addAll(cohort.members(interest)));

            assertThat(found)
                    .containsExactlyInAnyOrderElementsOf(members.stream()
                            .filter(member -> member.spec().keys().contains(key))
                            .toList());
        }
        assertThat(cohort.all()).containsExactlyInAnyOrderElementsOf(members);
    }

    private Watch watch(KeyRange keys, boolean previous) {
        var spec = new WatchSpec(keys, WatchFrom.now(), previous, WatchSpec.DEFAULT_PROGRESS_MILLIS);
        return new Watch(hub, spec, () -> {}, 1, Timestamp.NONE);
    }

    private static KeyRange range(Random random) {
        Bytes start = bytes(random, random.nextInt(4));
        return switch (random.nextInt(3)) {
            case 0 -> KeyRange.prefix(start);
            case 1 -> new KeyRange(start, start.successor());
            default -> {
                Bytes end = bytes(random, random.nextInt(4));
                yield end.isEmpty() || start.compareTo(end) <= 0 ? new KeyRange(start, end) : new KeyRange(end, start);
            }
        };
    }

    private static Bytes bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (random.nextInt(8) == 0 ? 0xFF : random.nextInt(4));
        }
        return Bytes.wrap(bytes);
    }
}
