import edu.mit.csail.sdg.alloy4.A4Reporter;
import edu.mit.csail.sdg.ast.Command;
import edu.mit.csail.sdg.parser.CompModule;
import edu.mit.csail.sdg.parser.CompUtil;
import edu.mit.csail.sdg.translator.A4Options;
import edu.mit.csail.sdg.translator.A4Solution;
import edu.mit.csail.sdg.translator.TranslateAlloyToKodkod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kodkod.engine.satlab.SATFactory;

/**
 * Runs the commands of the model and tries its broken variants, and prints one line for each: {@code name, found|none, as
 * expected|UNEXPECTED, milliseconds}. Ends with 0 if all are as expected.
 *
 * <pre>java -cp target/alloy/alloy.jar src/test/alloy/CheckModel.java [--trace] [NAME...]</pre>
 *
 * With names only those commands or variants; with {@code --trace} what was found, step by step. A variant is a file in
 * {@code broken/}: what it means, which predicate it changes, the text there ({@code -}) and what becomes of it ({@code +}), the check
 * that must fail, and a story, from a node that serves an empty store to the loss.
 */
public final class CheckModel {
    private static final Path DIRECTORY = Path.of("src/test/alloy");
    private static final String STORY = "story";

    /** The predicates of the model that list its steps. */
    private static final Pattern STEPS = Pattern.compile("pred (?:works|pins|installs|starts|suffers) \\{ (.*) }");

    private static final List<String> VARIABLES = List.of(
            "At", "InUse", "Offer", "Log", "Flushed", "Loose", "Position", "Pinned", "rows", "applied", "safeRows", "safeApplied",
            "Draft", "Here", "Named", "Damaged", "Unwritten", "Thin", "Artifact", "Promised", "EverPinned", "Struck");

    private final String model;
    private final boolean trace;
    private final List<String> names;
    private boolean asExpected = true;

    private CheckModel(String model, boolean trace, List<String> names) {
        this.model = model;
        this.trace = trace;
        this.names = names;
    }

    public static void main(String[] args) throws IOException {
        List<String> names = Stream.of(args).filter(arg -> !arg.equals("--trace")).toList();
        var check = new CheckModel(Files.readString(DIRECTORY.resolve("ColdStart.als")), names.size() < args.length, names);
        check.right();
        try (Stream<Path> broken = Files.list(DIRECTORY.resolve("broken"))) {
            for (Path variant : broken.sorted().toList()) {
                check.broken(variant);
            }
        }
        System.exit(check.asExpected ? 0 : 1);
    }

    private boolean wanted(String name) {
        return names.isEmpty() || names.contains(name);
    }

    private void right() {
        CompModule module = parse(model);
        for (Command command : module.getAllCommands()) {
            if (wanted(command.label)) {
                run(command.label, module, command, command.expects == 1);
            }
        }
    }

    /** With one line changed, the proof must fail, and the story must come true. */
    private void broken(Path file) throws IOException {
        String name = String.valueOf(file.getFileName()).replace(".txt", "");
        if (!wanted(name)) {
            return;
        }
        List<String> lines = Files.readAllLines(file);
        String changed = change(line(lines, "in "), line(lines, "- "), line(lines, "+ "));
        runLabelled(name + " breaks the proof", changed, line(lines, "breaks "));
        runLabelled(name + " loses", changed + storyCommand(line(lines, "story ")), STORY);
    }

    /** Changes the first occurrence behind the name of that predicate or function. */
    private String change(String where, String is, String becomes) {
        int from = Math.max(model.indexOf("pred " + where), model.indexOf("fun " + where));
        int at = model.indexOf(is, from);
        if (from < 0 || at < 0) {
            throw new IllegalStateException("not in " + where + ": " + is);
        }
        return model.substring(0, at) + becomes + model.substring(at + is.length());
    }

    private static String storyCommand(String story) {
        int states = story.split(";").length + 1;
        return "run " + STORY + " { servesFirst and always moves and eventually not safe\n" + story + " } for 4 but 2 Gen, "
                + states + ".." + states + " steps";
    }

    private static String line(List<String> lines, String mark) {
        return lines.stream().filter(line -> line.startsWith(mark)).findFirst().orElseThrow().substring(mark.length());
    }

    private void runLabelled(String name, String text, String label) {
        CompModule module = parse(text);
        Command command = module.getAllCommands().stream()
                .filter(candidate -> candidate.label.equals(label))
                .findFirst()
                .orElseThrow();
        run(name, module, command, true);
    }

    private static CompModule parse(String text) {
        return CompUtil.parseEverything_fromString(A4Reporter.NOP, text);
    }

    private void run(String name, CompModule module, Command command, boolean expected) {
        long start = System.nanoTime();
        var options = new A4Options();
        // Pure Java, and fast enough; -Dsolver=glucose and others where their native library loads.
        options.solver = SATFactory.get(System.getProperty("solver", "sat4j"));
        A4Solution found =
                TranslateAlloyToKodkod.execute_command(A4Reporter.NOP, module.getAllReachableSigs(), command, options);
        long millis = (System.nanoTime() - start) / 1_000_000;
        boolean right = found.satisfiable() == expected;
        asExpected &= right;
        System.out.printf(
                "%s\t%s\t%s\t%d%n",
                name, found.satisfiable() ? "found" : "none", right ? "as expected" : "UNEXPECTED", millis);
        if (found.satisfiable() && (trace || !right)) {
            print(module, found);
        }
    }

    /** What each step changed, and its name; several names where the model cannot tell them apart. */
    private void print(CompModule module, A4Solution found) {
        Map<String, String> before = new HashMap<>();
        System.out.println("    Alone=" + value(module, found, "Alone", 0) + " Marker=" + value(module, found, "Marker", 0));
        for (int state = 0; state < found.getTraceLength(); state++) {
            var changes = new ArrayList<String>();
            for (String variable : VARIABLES) {
                String now = value(module, found, variable, state);
                if (!now.equals(before.put(variable, now))) {
                    changes.add(variable + "=" + now);
                }
            }
            int at = state;
            System.out.println("    " + String.join(" ", changes));
            System.out.println("  " + String.join(" or ",
                    steps().filter(step -> value(module, found, step, at).equals("true")).toList()));
        }
    }

    private Stream<String> steps() {
        return STEPS.matcher(model).results().map(list -> list.group(1)).flatMap(list -> Stream.of(list.split(" or ")));
    }

    /** With entries as numbers and generations as g0, g1. */
    private static String value(CompModule module, A4Solution found, String expression, int state) {
        Object value = found.eval(CompUtil.parseOneExpression_fromString(module, expression), state);
        return Matcher.quoteReplacement(String.valueOf(value)).replaceAll("[\\\\$]|Index", "").replace("Gen", "g");
    }
}
