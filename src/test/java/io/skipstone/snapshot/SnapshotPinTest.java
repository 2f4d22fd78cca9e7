package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Position;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreFailure;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SnapshotPinTest {
    private final SortedMapStore held = new SortedMapStore();
    private final List<String> calls = new ArrayList<>();
    private boolean failsSync;

    private final Store store = (Store) Proxy.newProxyInstance(
            Store.class.getClassLoader(), new Class<?>[] {Store.class}, (_, method, arguments) -> {
                calls.add(method.getName());
                if (method.getName().equals("sync") && failsSync) {
                    throw new StoreFailure("sync refused by the test", new IOException("EIO"));
                }
                try {
                    return method.invoke(held, arguments);
                } catch (InvocationTargetException failure) {
                    throw failure.getCause();
                }
            });

    private final SnapshotPin pin = new SnapshotPin(store);

    private void storeStandsAt(long index) {
        held.write(new Position(1, index), _ -> true);
    }

    @Test
    void promisesNothingWhileTheStoreIsEmpty() throws IOException {
        assertThat(pin.adopt()).isEmpty();
        assertThat(pin.pin()).isEmpty();
        assertThat(pin.pinned()).isEmpty();
    }

    @Test
    void syncsBeforeItTakesOverWhereTheStoreStands() {
        storeStandsAt(7);

        assertThat(pin.adopt()).contains(new Position(1, 7));
        assertThat(calls).startsWith("sync");
    }

    @Test
    void syncsBeforeItPromises() throws IOException {
        storeStandsAt(7);

        assertThat(pin.pin()).contains(new Position(1, 7));
        assertThat(calls).endsWith("sync");
    }

    @Test
    void keepsItsPromiseWhenTheSyncFails() throws IOException {
        storeStandsAt(7);
        pin.pin();
        storeStandsAt(9);
        failsSync = true;

        assertThatThrownBy(pin::pin).isInstanceOf(IOException.class);

        assertThat(pin.pinned()).contains(new Position(1, 7));
    }

    @Test
    void writesTheMetaPageAgainAfterAFailedSyncBeforeItBelievesTheNextOne() throws IOException {
        storeStandsAt(9);
        failsSync = true;
        assertThatThrownBy(pin::pin).isInstanceOf(IOException.class);
        failsSync = false;
        calls.clear();

        assertThat(pin.pin()).contains(new Position(1, 9));

        assertThat(calls).containsSubsequence("write", "sync");
    }
}
