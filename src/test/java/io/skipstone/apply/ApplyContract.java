package io.skipstone.apply;

import io.skipstone.command.Command;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.store.Store;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A contract of this room: a log over a store, and each implementation of the store runs it. */
abstract class ApplyContract {
    static final Key A = Key.utf8("a");
    static final Key B = Key.utf8("b");
    static final Bytes ONE = Bytes.utf8("1");
    static final Bytes TWO = Bytes.utf8("2");

    Log log;

    abstract Store openStore();

    @BeforeEach
    void open() {
        log = new Log(openStore());
    }

    @AfterEach
    void close() {
        log.store().close();
    }

    static Command put(Key key, Bytes value) {
        return Txn.of(new Put(key, value, 0));
    }

    static Compare exists(Key key, boolean exists) {
        return new Compare(key, Relation.EQUAL, new Target.Exists(exists));
    }

    /** The outcome of the last entry, if it ran without a condition. */
    Outcome committed(long revision, Result... results) {
        return new Outcome.Committed(Branch.THEN, revision, log.lastCommitTs(), List.of(results));
    }

    static Optional<KeyValue> got(Outcome outcome, int operation) {
        return ((Result.Got) ((Outcome.Committed) outcome).results().get(operation)).keyValue();
    }
}
