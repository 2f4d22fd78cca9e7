package io.skipstone.nativeimage.agent;

import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.ResourceBundle;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Where a watched class reports. A line: what, who asked, of which class, which of its parts, with tabs between. */
public final class Lookups {
    private static final Set<String> SEEN = ConcurrentHashMap.newKeySet();
    private static final ThreadLocal<Boolean> BUSY = ThreadLocal.withInitial(() -> false);

    private static volatile OutputStream out = OutputStream.nullOutputStream();

    private Lookups() {}

    static void into(Path file) throws IOException {
        out = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    static void loaded(String internalName) {
        write("loaded", "-", internalName.replace('/', '.'), "");
    }

    static void failed(String internalName, Throwable why) {
        write("unwatched", "-", internalName.replace('/', '.'), why.toString().replaceAll("\\s", " "));
    }

    /** The result of a lookup. */
    public static void found(Object result, Class<?> caller) {
        switch (result) {
            case null -> {}
            case Class<?> type -> write("class", caller, type, "");
            case Method method ->
                write(
                        "method",
                        caller,
                        method.getDeclaringClass(),
                        method.getName() + types(method.getParameterTypes()));
            case Constructor<?> constructor ->
                write(
                        "method",
                        caller,
                        constructor.getDeclaringClass(),
                        "<init>" + types(constructor.getParameterTypes()));
            case Field field -> write("field", caller, field.getDeclaringClass(), field.getName());
            case ServiceLoader<?> services -> write("service", caller.getName(), inBrackets(services.toString()), "");
            case ResourceBundle bundle -> write("bundle", caller.getName(), bundle.getBaseBundleName(), "");
            case Object proxy
            when Proxy.isProxyClass(proxy.getClass()) ->
                write(
                        "proxy",
                        caller.getName(),
                        Arrays.stream(proxy.getClass().getInterfaces())
                                .map(Class::getName)
                                .collect(Collectors.joining(",")),
                        "");
            case Object array -> write("class", caller, array.getClass(), "");
        }
    }

    /** {@code getMethods} and its like, or {@code newInstance}. */
    public static void askedOf(Class<?> type, String what, Class<?> caller) {
        if (what.equals("newInstance")) {
            write("method", caller, type, "<init>()");
        } else {
            write("all", caller, type, what);
        }
    }

    /** A resource, by the name that a class or a class loader is asked for. */
    public static void resource(Object from, String name, Class<?> caller) {
        String absolute = name;
        if (from instanceof Class<?> type) {
            absolute = name.startsWith("/")
                    ? name.substring(1)
                    : type.getPackageName().replace('.', '/') + "/" + name;
        }
        ClassLoader loader = from instanceof Class<?> type ? type.getClassLoader() : (ClassLoader) from;
        if (loader != null && loader.getResource(absolute) != null) {
            write("resource", caller.getName(), absolute, "");
        }
    }

    /** A method handle or a variable handle. */
    public static void handle(Class<?> type, String kind, String name, Object shape, Class<?> caller) {
        boolean isMethod = shape instanceof MethodType && !kind.endsWith("etter") && !kind.endsWith("VarHandle");
        if (isMethod) {
            write("handle", caller, type, name + types(((MethodType) shape).parameterArray()));
        } else {
            write("handle", caller, type, name);
        }
    }

    /** Each class that its serial form names. */
    public static void serialized(Object object, Class<?> caller) {
        if (BUSY.get()) {
            return;
        }
        BUSY.set(true);
        try (var names = new NamesOnly(caller)) {
            names.writeObject(object);
        } catch (IOException notSerializable) {
            // The call that is watched meets the same.
            write("refused", caller.getName(), notSerializable.getMessage(), "");
        } finally {
            BUSY.set(false);
        }
    }

    /** A class is about to be made out of bytes. */
    public static void defines(Class<?> caller) {
        write("defines", caller.getName(), "-", "");
    }

    private static void write(String what, Class<?> caller, Class<?> type, String part) {
        Class<?> element = type;
        String dimensions = "";
        while (element.isArray()) {
            element = element.getComponentType();
            dimensions += "[]";
        }
        if (!element.isPrimitive()) {
            write(what, caller.getName(), element.getName() + dimensions, part);
        }
    }

    private static void write(String what, String caller, String type, String part) {
        String line = String.join("\t", what, caller, type, part) + "\n";
        if (SEEN.add(line)) {
            try {
                // One call, one write: processes append to the same file.
                out.write(line.getBytes(StandardCharsets.UTF_8));
            } catch (IOException lost) {
                throw new UncheckedIOException(lost);
            }
        }
    }

    private static String types(Class<?>[] types) {
        return Arrays.stream(types).map(Class::getTypeName).collect(Collectors.joining(",", "(", ")"));
    }

    private static String inBrackets(String text) {
        return text.substring(text.indexOf('[') + 1, text.lastIndexOf(']'));
    }

    private static final class NamesOnly extends ObjectOutputStream {
        private final Class<?> caller;

        NamesOnly(Class<?> caller) throws IOException {
            super(OutputStream.nullOutputStream());
            this.caller = caller;
        }

        @Override
        protected void annotateClass(Class<?> type) {
            Lookups.write("serial", caller, type, "");
        }
    }
}
