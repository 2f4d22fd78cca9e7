package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Position;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.SyncFailure;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SnapshotPinTest {
    private final SortedMapStore held = new SortedMapStore();
    private final List<String> calls = new ArrayList<>();
    private @Nullable StoreFailure failure;

    private final Store store = (Store) Proxy.newProxyInstance(
            Store.class.getClassLoader(), new Class<?>[] {Store.class}, (_, method, arguments) -> {
                calls.add(method.getName());
                if (method.getName().equals("sync") && failure != null) {
                    throw failure;
                }
                try {
                    return method.invoke(held, arguments);
                } catch (InvocationTargetException refusal) {
                    throw refusal.getCause();
                }
            });

    private final SnapshotPin pin = new SnapshotPin(store);

    private void storeStandsAt(long index) {
        held.write(new Position(1, index), _ -> true);
    }

    @Test
    @DisplayName("promisesNothingWhileTheStoreIsEmpty [PersistCreatedSnapshot_NilFSMNoOp]")
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
    @DisplayName("syncsBeforeItPromises [SetDurableAppliedIndex_UsesPebbleSync]")
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
        failure = new SyncFailure("sync refused by the test", new IOException("EIO"));

        assertThatThrownBy(pin::pin).isInstanceOf(IOException.class);

        assertThat(pin.pinned()).contains(new Position(1, 7));
    }

    @Test
    void promisesLaterWhatAFailedSyncKeptBack() throws IOException {
        storeStandsAt(9);
        failure = new SyncFailure("sync refused by the test", new IOException("EIO"));
        assertThatThrownBy(pin::pin).isInstanceOf(IOException.class);
        failure = null;

        assertThat(pin.pin()).contains(new Position(1, 9));
    }

    @Test
    void stopsTheProcessWhenTheStoreHasFailedForGood() {
        storeStandsAt(9);
        failure = new StoreFailure("sync refused by the test again");

        assertThatThrownBy(pin::pin).isSameAs(failure);

        assertThat(pin.pinned()).isEmpty();
    }
}
