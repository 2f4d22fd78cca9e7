package io.skipstone.node;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Options of {@code skipstone run}: {@code --data-dir=./data} sets {@code skipstone.data-dir}, and so for every setting. */
final class RunOptions {
    private RunOptions() {}

    /** Throws {@link SettingsException} on what is no option; whether the settings exist and fit is checked later. */
    static Map<String, String> parse(String... options) {
        var settings = new LinkedHashMap<String, String>();
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < options.length; i++) {
            String option = options[i];
            if (!option.startsWith("--")) {
                problems.add("'" + option + "' is no option; settings look like --data-dir=./data");
                continue;
            }
            int equals = option.indexOf('=');
            if (equals > 0) {
                settings.put("skipstone." + option.substring(2, equals), option.substring(equals + 1));
            } else if (i + 1 < options.length) {
                settings.put("skipstone." + option.substring(2), options[++i]);
            } else {
                problems.add(option + " has no value");
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        return settings;
    }
}
