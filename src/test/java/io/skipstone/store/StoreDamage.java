package io.skipstone.store;

import io.skipstone.store.Engine.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What may have happened to a stopped store; each changes its files as a fault would. */
public final class StoreDamage {
    private StoreDamage() {}

    public static void loseMeta(Path generation) throws IOException {
        change(generation, writing -> writing.delete(Table.META, MetaRecord.ROW_KEY));
    }

    public static void cutMeta(Path generation) throws IOException {
        change(generation, writing -> writing.put(Table.META, MetaRecord.ROW_KEY, new byte[3]));
    }

    public static void flipBitInMeta(Path generation) throws IOException {
        byte[] record = MetaRecord.encode(StoreMeta.EMPTY);
        record[20]++;
        change(generation, writing -> writing.put(Table.META, MetaRecord.ROW_KEY, record));
    }

    public static void writeLaterFormat(Path generation) throws IOException {
        byte[] later = new RowWriter(16).int4(MetaRecord.MAGIC).int4(99).sealWith(MetaRecord.ROW_KEY);
        change(generation, writing -> writing.put(Table.META, MetaRecord.ROW_KEY, later));
    }

    private static void change(Path generation, Consumer<Engine.Writing> damage) throws IOException {
        Path natives = generation.resolveSibling("natives-of-the-test");
        LmdbEngine engine = LmdbEngine.open(StoreConfig.of(generation, natives), false);
        try (Engine.Writing writing = engine.write()) {
            damage.accept(writing);
            writing.commit();
        }
        engine.close();
    }
}
