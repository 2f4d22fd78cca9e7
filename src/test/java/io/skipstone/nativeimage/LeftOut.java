package io.skipstone.nativeimage;

import java.util.Arrays;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** Lookups that succeed on the JVM and need not in a native image. Each with its reason: what happens there instead. */
public enum LeftOut {
    /** Quarkus' beans look for their types while the image is built. */
    BEANS(by("io\\.skipstone\\..*(_Bean|_Observer_\\w*|_ClientProxy|_Subclass).*")),

    /** Netty looks for its native transport; without it, and with our setting on the JVM too, it uses the JDK's. */
    NATIVE_TRANSPORT(of("org\\.apache\\.ratis\\.thirdparty\\.io\\.netty\\.channel\\.(epoll|unix)\\..*")),

    /** gRPC asks whether it may look for SRV and TXT records, and looks for addresses alone when it may not. */
    RECORDS_IN_NAME_SERVICE(
            of("com\\.sun\\.jndi\\.dns\\.DnsContextFactory|javax\\.naming\\.directory\\.InitialDirContext")),

    /** Netty allocates arrays without zeroing them if it may, and asks whether a thread is virtual; it does without. */
    INSIDE_THE_JDK(by("org\\.apache\\.ratis\\.thirdparty\\.io\\.netty\\.util\\.internal\\.PlatformDependent0.*")
            .and(of("jdk\\.internal\\.misc\\.Unsafe|java\\.lang\\.(BaseVirtualThread|Thread)"))),

    /** Annotations are proxies which the builder makes by itself. */
    ANNOTATIONS(by(".*\\.\\$Proxy\\d+")),

    /** jnr loads its cleaner through the class loader of the system first; this file is for its second way. */
    SECOND_LOADER(of("jnr/ffi/util/ref/internal/Finalizer\\.class")),

    /** picocli looks for types that an option could have; no option of ours has one of these. */
    OTHER_OPTION_TYPES(by("picocli\\..*").and(of("java\\.sql\\..*|java\\.time\\.\\w+|java\\.lang\\.Object")));

    /** Made of patterns only. */
    @SuppressWarnings("ImmutableEnumChecker")
    private final Predicate<Lookup> which;

    LeftOut(Predicate<Lookup> which) {
        this.which = which;
    }

    /** Whether one of them takes it in. */
    public static boolean includes(Lookup lookup) {
        return Arrays.stream(values()).anyMatch(reason -> reason.takesIn(lookup));
    }

    boolean takesIn(Lookup lookup) {
        return which.test(lookup);
    }

    private static Predicate<Lookup> by(String caller) {
        Predicate<String> pattern = Pattern.compile(caller).asMatchPredicate();
        return lookup -> pattern.test(lookup.caller());
    }

    private static Predicate<Lookup> of(String target) {
        Predicate<String> pattern = Pattern.compile(target).asMatchPredicate();
        return lookup -> pattern.test(lookup.target());
    }
}
