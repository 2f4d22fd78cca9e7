package io.skipstone.apply;

import io.skipstone.model.WriteAt;
import io.skipstone.store.Store;
import io.skipstone.store.Store.WriteWork;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/** A store that throws the first run of each write away and runs it again, as one does that had to grow. */
final class RunsTwice {
    private RunsTwice() {}

    static Store over(Store store) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(),
                new Class<?>[] {Store.class},
                (proxy, method, arguments) -> method.getName().equals("write")
                        ? write(store, (WriteAt) arguments[0], (WriteWork<?>) arguments[1])
                        : hand(store, method, arguments));
    }

    private static <T> T write(Store store, WriteAt at, WriteWork<T> work) {
        try {
            store.write(at, txn -> {
                work.run(txn);
                throw new Full();
            });
        } catch (Full expected) {
            return store.write(at, work);
        }
        throw new IllegalStateException("the store swallowed an exception");
    }

    private static Object hand(Store store, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** There is no room left in the first run. */
    private static final class Full extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }
}
