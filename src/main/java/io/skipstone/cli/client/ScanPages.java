package io.skipstone.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Walks through a scan page by page; every page reads the same moment as the first. One thread. */
public final class ScanPages {
    private final PatientClient client;
    private final ScanRange range;
    private Optional<String> token = Optional.empty();
    private boolean atEnd;

    public ScanPages(PatientClient client, ScanRange range) {
        this.client = client;
        this.range = range;
    }

    /**
     * One page.
     *
     * @param readTs the moment, good for {@code --at ts:…}
     */
    public record Page(List<Row> rows, String readTs, long revision) {
        public Page {
            rows = List.copyOf(rows);
        }
    }

    public boolean hasNext() {
        return !atEnd;
    }

    /**
     * The next page, which may have no rows.
     *
     * @param limit most rows; empty for as many as the node puts into a page
     */
    public Page next(OptionalInt limit) {
        var query = range.query();
        limit.ifPresent(rows -> query.add("limit", rows));
        token.ifPresent(next -> query.add("page", next));
        JsonNode answer = client.demandJson(Request.get("/v1/kv" + query));
        token = answer.hasNonNull("next") ? Optional.of(answer.get("next").asText()) : Optional.empty();
        atEnd = token.isEmpty();
        List<Row> rows = new ArrayList<>();
        answer.path("items").forEach(item -> rows.add(Row.of(item)));
        return new Page(
                rows, answer.path("readTs").asText(), answer.path("revision").asLong());
    }
}
