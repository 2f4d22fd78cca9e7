package io.skipstone.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchReaderTest {
    private final List<Long> badNumbers = new ArrayList<>();

    @Test
    void groupsRecordsUpToTheirNumber() throws IOException {
        assertThat(keys(all(reader("a\t1\nb\t2\nc\t3\n", 2, 1000)))).containsExactly("ab", "c");
    }

    @Test
    void endsABatchBeforeTheRecordThatMakesItTooLarge() throws IOException {
        assertThat(keys(all(reader("a\t1234\nb\t1234\nc\t1234\n", 10, 10)))).containsExactly("ab", "c");
    }

    @Test
    void sendsARecordThatIsTooLargeAlone() throws IOException {
        assertThat(keys(all(reader("a\t1\nb\t12345678901234\nc\t3\n", 10, 10)))).containsExactly("a", "b", "c");
    }

    @Test
    void writesAKeyThatComesTwiceInTwoBatches() throws IOException {
        assertThat(keys(all(reader("a\t1\nb\t2\na\t3\nc\t4\n", 10, 1000)))).containsExactly("ab", "ac");
    }

    @Test
    void countsAndReportsBadItemsWithTheBatchTheyStandIn() throws IOException {
        var batches = all(reader("bad\na\t1\nbad\nb\t2\n", 3, 1000));

        assertThat(badNumbers).containsExactly(1L, 3L);
        assertThat(batches).extracting(Batch::badCount).containsExactly(2, 0);
        assertThat(batches).extracting(Batch::lastNumber).containsExactly(3L, 4L);
    }

    @Test
    void recognisesAnInputThatBeginsAsItDidBefore() throws IOException {
        Batch first = reader("a\t1\nb\t2\nc\t3\n", 2, 1000).next().orElseThrow();
        var done = new ImportState(first.lastNumber(), first.digest(), 2, 0);
        var longer = reader("a\t1\nb\t2\nd\t4\n", 2, 1000);

        assertThat(longer.skip(done)).isTrue();
        assertThat(keys(all(longer))).containsExactly("d");
    }

    @Test
    void recognisesAnInputThatBeginsOtherwiseOrIsShorter() throws IOException {
        Batch first = reader("a\t1\nb\t2\nc\t3\n", 2, 1000).next().orElseThrow();
        var done = new ImportState(first.lastNumber(), first.digest(), 2, 0);

        assertThat(reader("a\t1\nb\tchanged\nc\t3\n", 2, 1000).skip(done)).isFalse();
        assertThat(reader("a\t1\n", 2, 1000).skip(done)).isFalse();
    }

    private BatchReader reader(String tsv, int maxRecords, int maxBytes) {
        var in = new ByteArrayInputStream(tsv.getBytes(StandardCharsets.UTF_8));
        return new BatchReader(new TsvReader(in, 100), maxRecords, maxBytes, bad -> badNumbers.add(bad.number()));
    }

    private static List<Batch> all(BatchReader reader) throws IOException {
        List<Batch> batches = new ArrayList<>();
        for (Optional<Batch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
            batches.add(batch.get());
        }
        return batches;
    }

    private static List<String> keys(List<Batch> batches) {
        return batches.stream()
                .map(batch -> String.join(
                        "",
                        batch.records().stream()
                                .map(entry -> entry.key().bytes().toUtf8())
                                .toList()))
                .toList();
    }
}
