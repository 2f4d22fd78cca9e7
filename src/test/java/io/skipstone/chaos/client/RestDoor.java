package io.skipstone.chaos.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Request;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** REST. Scans go in pages of two. */
final class RestDoor implements Door {
    private static final int PAGE_ROWS = 2;

    private final String node;
    private final NodeClient client;

    RestDoor(Endpoint endpoint, Duration timeout) {
        this.node = endpoint.node();
        this.client = new NodeClient(URI.create("http://127.0.0.1:" + endpoint.port()), timeout);
    }

    @Override
    public Reply send(Call call) {
        try {
            return switch (Shape.of(call)) {
                case Shape.One(Step step) -> one(call, step);
                case Shape.OneIf(Step step, Guard guard) -> write(call, RestRequests.conditional(step, guard), step);
                case Shape.Batch(List<Step> steps) -> several(call, "/v1/batch", RestRequests.batch(steps));
                case Shape.Txn(var action) -> several(call, "/v1/txn", RestRequests.txn(action));
                case Shape.OptimisticTxn(var action, long readTs) ->
                    several(call, "/v1/txn", RestRequests.optimistic(action, readTs));
            };
        } catch (ConnectException | HttpConnectTimeoutException neverSent) {
            return new Reply.Refused("no_connection");
        } catch (IOException noAnswer) {
            return new Reply.Lost(noAnswer.toString());
        }
    }

    private Reply one(Call call, Step step) throws IOException {
        return switch (step) {
            case Step.Get(String key) -> get(call, key);
            case Step.GetAll _ -> scan(call);
            case Step.Put _, Step.Delete _ -> write(call, RestRequests.plain(step), step);
            case Step.DeleteAll _ ->
                write(call, Request.delete("/v1/kv?prefix=" + call.action().group() + "/"), step);
        };
    }

    private Reply get(Call call, String key) throws IOException {
        var reply = client.exchange(Request.get("/v1/kv/" + key + freshness(call)));
        if (reply.status() == 404 && Problem.of(reply).code().equals("key_not_found")) {
            return new Reply.Answered(new Answer(true, List.of(new Result.Got(List.of()))), new Facts.Untold());
        }
        if (!reply.isSuccess()) {
            return refusal(reply);
        }
        var seen = new Seen(
                reply.body().toUtf8(), number(reply, "Skipstone-Version"), number(reply, "Skipstone-Mod-Revision"));
        return new Reply.Answered(
                new Answer(true, List.of(new Result.Got(List.of(seen)))),
                new Facts.Told(number(reply, "Skipstone-Revision"), number(reply, "Skipstone-Read-Ts")));
    }

    private Reply scan(Call call) throws IOException {
        var query =
                new Request.Query().add("prefix", call.action().group() + "/").add("limit", PAGE_ROWS);
        freshnessQuery(call, query);
        List<Result.Row> rows = new ArrayList<>();
        var first = client.exchange(Request.get("/v1/kv" + query));
        var page = first;
        while (page.isSuccess()) {
            JsonNode json = page.json();
            json.path("items")
                    .forEach(item -> rows.add(new Result.Row(item.path("key").asText(), seen(item))));
            if (!json.has("next")) {
                var answer = new Answer(true, List.of(new Result.Listed(rows)));
                return new Reply.Answered(answer, facts(first.json(), "readTs"));
            }
            page = client.exchange(
                    Request.get("/v1/kv" + query + "&page=" + json.path("next").asText()));
        }
        return refusal(page);
    }

    private Reply write(Call call, Request request, Step step) throws IOException {
        var reply = client.exchange(once(call, request));
        if (reply.status() == 412) {
            return Reply.guardFailed();
        }
        if (!reply.isSuccess()) {
            return refusal(reply);
        }
        JsonNode json = reply.json();
        Result result = step instanceof Step.Put
                ? new Result.Put(json.path("version").asLong())
                : new Result.Deleted(json.path("deleted").asLong());
        return new Reply.Answered(new Answer(true, List.of(result)), facts(json, "commitTs"));
    }

    private Reply several(Call call, String path, JsonNode body) throws IOException {
        var reply = client.exchange(once(call, Request.postJson(path, Json.write(body))));
        if (!reply.isSuccess()) {
            return refusal(reply);
        }
        JsonNode json = reply.json();
        List<Result> results = new ArrayList<>();
        json.path("results").forEach(result -> results.add(result(result)));
        return new Reply.Answered(new Answer(json.path("succeeded").asBoolean(true), results), facts(json, "commitTs"));
    }

    private static Result result(JsonNode json) {
        if (json.has("put")) {
            return new Result.Put(json.path("put").path("version").asLong());
        }
        if (json.has("delete")) {
            return new Result.Deleted(json.path("delete").path("deleted").asLong());
        }
        return new Result.Got(
                Optional.of(json.path("get").path("item")).filter(JsonNode::isObject).map(RestDoor::seen).stream()
                        .toList());
    }

    private static Seen seen(JsonNode item) {
        return new Seen(
                item.path("value").asText(),
                item.path("version").asLong(),
                item.path("modRevision").asLong());
    }

    private static Facts facts(JsonNode json, String timestamp) {
        return new Facts.Told(
                json.path("revision").asLong(),
                Long.parseLong(json.path(timestamp).asText()));
    }

    private static long number(io.skipstone.cli.client.Reply reply, String header) {
        return Long.parseLong(reply.header(header).orElseThrow());
    }

    private static Request once(Call call, Request request) {
        return call.how() instanceof Call.How.Once(String key) ? request.with("Idempotency-Key", key) : request;
    }

    private static String freshness(Call call) {
        var query = new Request.Query();
        freshnessQuery(call, query);
        return query.toString();
    }

    private static void freshnessQuery(Call call, Request.Query query) {
        switch (call.freshness()) {
            case Freshness.Linearizable _ -> {}
            case Freshness.Local _ -> query.add("read", "local");
            case Freshness.AtRevision(long revision) -> query.add("at", Bytes.utf8("rev:" + revision));
        }
    }

    private static Reply refusal(io.skipstone.cli.client.Reply reply) {
        Problem problem = Problem.of(reply);
        return switch (reply.status()) {
            case 500, 504 -> new Reply.Lost(problem.code());
            default -> new Reply.Refused(problem.code());
        };
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public void close() {
        client.close();
    }
}
