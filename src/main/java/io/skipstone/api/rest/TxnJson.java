package io.skipstone.api.rest;

import io.skipstone.api.LeaseIds;
import io.skipstone.api.MomentText;
import io.skipstone.api.Scans;
import io.skipstone.api.Ttl;
import io.skipstone.api.Writes;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.function.Function;

/** Reads batches and transactions from JSON. */
final class TxnJson {
    private final Writes writes;

    TxnJson(Writes writes) {
        this.writes = writes;
    }

    /** The operations of {@code POST /v1/batch}. */
    List<Operation> batch(Bytes body) {
        JsonFields fields = JsonText.parse(body);
        List<Operation> operations = fields.list("operations", operation -> writeOperation(operation, false));
        fields.end();
        return operations;
    }

    /** The transaction of {@code POST /v1/txn}. */
    Txn txn(Bytes body) {
        JsonFields fields = JsonText.parse(body);
        List<Compare> compares = fields.list("compare", TxnJson::compare);
        List<Operation> then = fields.list("then", operation -> writeOperation(operation, true));
        List<Operation> otherwise = fields.list("else", operation -> writeOperation(operation, true));
        ReadSet reads = fields.optionalObject("reads").map(TxnJson::reads).orElse(ReadSet.NONE);
        fields.end();
        return new Txn(compares, then, otherwise, reads);
    }

    private Operation writeOperation(JsonFields fields, boolean mayRead) {
        if (fields.has("put")) {
            return only(fields, "put", TxnJson::put);
        }
        if (fields.has("delete")) {
            return only(fields, "delete", delete -> new Operation.Delete(key(delete)));
        }
        if (fields.has("deletePrefix")) {
            return only(fields, "deletePrefix", this::deletePrefix);
        }
        if (mayRead && fields.has("get")) {
            return only(fields, "get", get -> new Operation.Get(key(get)));
        }
        throw fields.bad("names no operation: one of put, delete, deletePrefix" + (mayRead ? ", get" : ""));
    }

    /** Reads the one field of an object, whose value is an object again. */
    private static Operation only(JsonFields fields, String name, Function<JsonFields, Operation> read) {
        JsonFields inner = fields.object(name);
        fields.end();
        Operation operation = read.apply(inner);
        inner.end();
        return operation;
    }

    private static Operation put(JsonFields fields) {
        long ttlMillis = fields.optionalNumber("ttlMillis").map(Ttl::checked).orElse(Ttl.NEVER);
        long lease = fields.optionalText("lease").map(LeaseIds::parse).orElse(LeaseIds.NONE);
        return new Operation.Put(key(fields), fields.bytes("value"), ttlMillis, lease);
    }

    private Operation deletePrefix(JsonFields fields) {
        return writes.deletePrefix(
                fields.optionalBytes("prefix").orElse(Bytes.EMPTY),
                fields.optionalBytes("exclude").orElse(Bytes.EMPTY),
                fields.flag("all"));
    }

    private static Key key(JsonFields fields) {
        return new Key(fields.bytes("key"));
    }

    private static Key endedKey(JsonFields fields) {
        Key key = key(fields);
        fields.end();
        return key;
    }

    private static Compare compare(JsonFields fields) {
        Key key = key(fields);
        Relation relation =
                switch (fields.text("relation")) {
                    case "=" -> Relation.EQUAL;
                    case "!=" -> Relation.NOT_EQUAL;
                    case "<" -> Relation.LESS;
                    case ">" -> Relation.GREATER;
                    default -> throw fields.bad("has a relation that is none of = != < >");
                };
        Target target = target(fields);
        fields.end();
        return new Compare(key, relation, target);
    }

    /** The field that holds what to compare with is named like the target. */
    private static Target target(JsonFields fields) {
        String target = fields.text("target");
        return switch (target) {
            case "exists" ->
                new Target.Exists(fields.optionalFlag(target).orElseThrow(() -> fields.bad("lacks exists")));
            case "value" -> new Target.Value(fields.bytes(target));
            case "version" -> new Target.Version(fields.number(target));
            case "createRevision" -> new Target.CreateRevision(fields.number(target));
            case "modRevision" -> new Target.ModRevision(fields.number(target));
            case "commitTs" -> new Target.CommitTimestamp(new Timestamp(fields.timestampBits(target)));
            default ->
                throw fields.bad(
                        "has a target that is none of exists, value, version, createRevision, modRevision, commitTs");
        };
    }

    private static ReadSet reads(JsonFields fields) {
        Timestamp readTs = MomentText.timestamp(fields.timestampBits("readTs")).timestamp();
        List<Key> keys = fields.list("keys", TxnJson::endedKey);
        List<KeyRange> ranges = fields.list("ranges", TxnJson::range);
        fields.end();
        return new ReadSet(readTs, keys, ranges);
    }

    private static KeyRange range(JsonFields fields) {
        KeyRange range =
                Scans.range(fields.optionalBytes("prefix"), fields.optionalBytes("start"), fields.optionalBytes("end"));
        fields.end();
        return range;
    }
}
