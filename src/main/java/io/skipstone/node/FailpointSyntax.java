package io.skipstone.node;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints.Action;
import io.skipstone.model.Failpoints.Plan;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of {@code skipstone.failpoints}: {@code pin.synced=halt, store.committed=throw@3, artifact.copied=sleep(500)}.
 *
 * <p>{@code @3} means the third time that the process comes by, and the first when it is left out.
 */
final class FailpointSyntax {
    private static final String HOW = "halt, throw or sleep(MILLIS), and @N for the N-th time";
    private static final Pattern PLAN = Pattern.compile(
            "(?<id>[^=@]+?)\\s*=\\s*(?<action>halt|throw|sleep\\(\\s*(?<millis>\\d{1,6})\\s*\\))\\s*(@\\s*(?<hit>[1-9]\\d{0,8}))?");

    /** Beyond it an id is not a slip of the pen but something else. */
    private static final int MOST_SLIPS = 6;

    private FailpointSyntax() {}

    /**
     * What is to happen where; empty text means nothing anywhere.
     *
     * @param setting name of the setting, for what is wrong
     * @param problems takes what is wrong, one line each
     */
    static Map<Failpoint, Plan> parse(String setting, String text, List<String> problems) {
        var plans = new EnumMap<Failpoint, Plan>(Failpoint.class);
        for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
            Matcher plan = PLAN.matcher(part.strip());
            if (!plan.matches()) {
                problems.add(setting + " has '" + part.strip() + "'; write ID=ACTION with " + HOW);
                continue;
            }
            Optional<Failpoint> point = Failpoint.byId(plan.group("id"));
            if (point.isEmpty()) {
                problems.add(setting + ": " + unknown(plan.group("id")));
            } else if (plans.put(point.get(), plan(plan)) != null) {
                problems.add(setting + " names " + point.get().id() + " twice");
            }
        }
        return Map.copyOf(plans);
    }

    /** As it can be parsed again, in the order of the failpoints. */
    static String format(Map<Failpoint, Plan> plans) {
        return plans.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(plan -> plan.getKey().id() + "=" + format(plan.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static String format(Plan plan) {
        String action =
                switch (plan.action()) {
                    case Action.Halt _ -> "halt";
                    case Action.Throw _ -> "throw";
                    case Action.Sleep(long millis) -> "sleep(" + millis + ")";
                };
        return plan.atHit() == 1 ? action : action + "@" + plan.atHit();
    }

    private static Plan plan(Matcher text) {
        String action = text.group("action");
        int hit = text.group("hit") == null ? 1 : Integer.parseInt(text.group("hit"));
        if (text.group("millis") != null) {
            return new Plan(new Action.Sleep(Long.parseLong(text.group("millis"))), hit);
        }
        return new Plan(action.equals("halt") ? new Action.Halt() : new Action.Throw(), hit);
    }

    private static String unknown(String id) {
        String closest = Arrays.stream(Failpoint.values())
                .map(Failpoint::id)
                .min(Comparator.comparingInt(known -> slips(id, known)))
                .filter(known -> slips(id, known) <= MOST_SLIPS)
                .map(known -> "did you mean " + known + "? ")
                .orElse("");
        return "'" + id + "' is no failpoint; " + closest + "'skipstone inspect --failpoints' lists them all";
    }

    /** Letters to add, leave out or change to get from one word to the other (Levenshtein). */
    private static int slips(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, column -> column);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
