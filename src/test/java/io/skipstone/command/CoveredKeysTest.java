package io.skipstone.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoveredKeysTest {
    private static final String LETTERS = "abcdefghijklmnop";

    /** A failure names its seed; {@code -Dskipstone.seed=} repeats it. */
    @Test
    void areThoseOfAnyOfTheRanges() {
        Seeds.each(200, random -> {
            List<KeyRange> ranges = new ArrayList<>();
            var covered = new CoveredKeys();
            for (int i = 0; i < 6; i++) {
                KeyRange range = range(random);
                ranges.add(range);
                covered.add(range);
                for (int letter = 0; letter < LETTERS.length(); letter++) {
                    Bytes key = Bytes.utf8(String.valueOf(LETTERS.charAt(letter)));
                    assertThat(covered.contain(key)).isEqualTo(ranges.stream().anyMatch(one -> one.contains(key)));
                }
            }
            assertApart(List.copyOf(covered.ranges()));
        });
    }

    private static void assertApart(List<KeyRange> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            assertThat(ranges.get(i - 1).end())
                    .isNotEqualTo(Bytes.EMPTY)
                    .isLessThan(ranges.get(i).start());
        }
    }

    private static KeyRange range(Random random) {
        int start = random.nextInt(LETTERS.length());
        int end = start + random.nextInt(LETTERS.length() - start + 1);
        return new KeyRange(letter(start), letter(end));
    }

    /** Behind the last letter is no bound. */
    private static Bytes letter(int number) {
        return number == LETTERS.length() ? Bytes.EMPTY : Bytes.utf8(LETTERS.substring(number, number + 1));
    }
}
