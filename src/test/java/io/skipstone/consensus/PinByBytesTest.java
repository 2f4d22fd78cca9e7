package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.store.SortedMapStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinByBytesTest {
    private static final int VALUE_BYTES = 1 << 20;

    @TempDir
    private Path dir;

    @Test
    void pinsAfterManyBytesInFewEntriesAndPurgesTheLogBehindIt() throws Exception {
        int puts = (int) (2 * LogBounds.PIN_EVERY_BYTES / VALUE_BYTES);
        try (var store = new SortedMapStore();
                var node = TestNode.over(dir, store).start().awaitReady()) {
            assertThat(node.status().pinned()).isEmpty();

            for (int i = 0; i < puts; i++) {
                node.put("key/" + i, "x".repeat(VALUE_BYTES - 64)).get();
            }

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(node.status().pinned()).isPresent();
                assertThat(node.logOnDisk().start()).isPositive();
            });
        }
    }
}
