package io.skipstone.store;

import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Fresh;
import io.skipstone.store.StoreState.Unknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import org.lmdbjava.LmdbException;
import org.lmdbjava.LmdbNativeException;

/** Opens the environment and finds out what it knows of itself. Whatever is wrong becomes a doubt, not an exception. */
final class StoreOpener {
    /** LMDB's own codes are negative, those of the system positive; this one means another file format (MDB_VERSION_MISMATCH). */
    private static final int VERSION_MISMATCH = -30_794;

    private StoreOpener() {}

    /** An engine and what its tables say; {@link NoEngine} without pages when nothing certain is known. */
    record Opened(Engine engine, StoreState state, int pageBytes) {}

    static Opened open(StoreConfig config, boolean readOnly) {
        try {
            LmdbEngine engine = LmdbEngine.open(config, readOnly);
            StoreState state = stateOf(engine);
            if (state instanceof Unknown(Doubt doubt)) {
                engine.close();
                return unknown(doubt);
            }
            return new Opened(engine, state, engine.pageBytes());
        } catch (LmdbException e) {
            return unknown(doubtOf(e));
        } catch (FileLength.CutFile e) {
            return unknown(Doubt.ENV_CORRUPT);
        } catch (IOException e) {
            return unknown(Doubt.READ_ERROR);
        }
    }

    static boolean holdsStore(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new NotDirectoryException(directory.toString());
        }
        try {
            return Files.size(directory.resolve("data.mdb")) > 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Opened unknown(Doubt doubt) {
        return new Opened(new NoEngine(doubt), new Unknown(doubt), 0);
    }

    private static Doubt doubtOf(LmdbException failure) {
        if (failure instanceof LmdbNativeException code) {
            return code.getResultCode() == VERSION_MISMATCH
                    ? Doubt.FORMAT_UNKNOWN
                    : code.getResultCode() < 0 ? Doubt.ENV_CORRUPT : Doubt.READ_ERROR;
        }
        return Doubt.READ_ERROR;
    }

    private static StoreState stateOf(Engine engine) {
        try (Reading rows = engine.read()) {
            Optional<byte[]> record = rows.get(Table.META, MetaRecord.ROW_KEY);
            if (record.isPresent()) {
                return MetaRecord.decode(record.get());
            }
            return isEmpty(rows) ? new Fresh() : new Unknown(Doubt.META_MISSING);
        } catch (StoreFailure e) {
            return new Unknown(e.getCause() instanceof LmdbException cause ? doubtOf(cause) : Doubt.READ_ERROR);
        }
    }

    private static boolean isEmpty(Reading rows) {
        for (Table table : Table.values()) {
            if (rows.rowCount(table) > 0) {
                return false;
            }
        }
        return true;
    }
}
