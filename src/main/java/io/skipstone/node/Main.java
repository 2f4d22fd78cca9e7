package io.skipstone.node;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.skipstone.cli.Cli;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.Plan;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** {@code run} starts the node; everything else is the command line, which starts no server. */
@QuarkusMain
public final class Main {
    /** Quarkus makes one. */
    Main() {}

    public static void main(String... args) {
        if (args.length > 0 && args[0].equals("run") && !isHelp(args)) {
            run(Arrays.copyOfRange(args, 1, args.length));
        } else {
            System.exit(command(args));
        }
    }

    /** A command that writes to a data directory crashes on purpose as a server does. */
    private static int command(String... args) {
        try {
            Map<Failpoint, Plan> failpoints = Settings.failpoints(ownProperties(), System.getenv());
            Failpoints.arm(failpoints);
            if (!failpoints.isEmpty()) {
                System.err.println("skipstone: failpoints are armed: " + FailpointSyntax.format(failpoints));
            }
            return Cli.run(args);
        } catch (SettingsException wrong) {
            System.err.println("skipstone: " + wrong.getMessage());
            return ExitCode.USAGE.code();
        }
    }

    private static boolean isHelp(String... args) {
        return Arrays.asList(args).contains("--help") || Arrays.asList(args).contains("-h");
    }

    private static void run(String... options) {
        try {
            NameLookups.expireSoon();
            RunOptions.parse(options).forEach(System::setProperty);
            // Checked here as well, before any port is opened, so that all problems show as one plain list.
            Settings settings = Settings.read(ownProperties(), System.getenv());
            PortCheck.requireFree(settings);
            StopLimits.asProperties(settings).forEach(System::setProperty);
        } catch (SettingsException wrong) {
            System.err.println("skipstone: " + wrong.getMessage());
            System.exit(ExitCode.USAGE.code());
        } catch (StartupException refused) {
            System.err.println("skipstone: " + refused.getMessage());
            System.exit(refused.exitCode().code());
        }
        Quarkus.run();
    }

    static Map<String, String> ownProperties() {
        var properties = new HashMap<String, String>();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("skipstone."))
                .forEach(name -> properties.put(name, System.getProperty(name)));
        return properties;
    }
}
