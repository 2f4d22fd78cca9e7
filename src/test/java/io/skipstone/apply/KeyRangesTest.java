package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyRangesTest {
    @Test
    void containWhatOneOfThemContains() {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++) {
            List<KeyRange> ranges = new ArrayList<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                ranges.add(range(random));
            }
            var together = new KeyRanges(ranges);
            for (char c = 'a'; c <= 'j'; c++) {
                Key key = Key.utf8(String.valueOf(c));
                assertThat(together.contain(key))
                        .as("%s in %s", key, ranges)
                        .isEqualTo(ranges.stream().anyMatch(range -> range.contains(key.bytes())));
            }
        }
    }

    @Test
    void ofNoneContainNothing() {
        assertThat(new KeyRanges(List.of()).contain(Key.utf8("a"))).isFalse();
    }

    /** From one letter to another, one end in four open. */
    private static KeyRange range(Random random) {
        int start = random.nextInt(10);
        int end = start + random.nextInt(10 - start);
        return new KeyRange(
                random.nextInt(4) == 0 ? Bytes.EMPTY : letter(start),
                random.nextInt(4) == 0 ? Bytes.EMPTY : letter(end));
    }

    private static Bytes letter(int number) {
        return Bytes.utf8(String.valueOf((char) ('a' + number)));
    }
}
