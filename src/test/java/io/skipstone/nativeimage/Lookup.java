package io.skipstone.nativeimage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One line of the agent.
 *
 * @param kind what was looked up: class, method, field, all, handle, proxy, resource, service, serial, bundle; or what happened: defines,
 *     loaded, refused, unwatched
 * @param caller the class that asked
 * @param target the class, interfaces or resource it asked for, which was there
 * @param part the method, field or question, or empty
 */
public record Lookup(String kind, String caller, String target, String part) {
    /** All that a file holds. */
    public static List<Lookup> in(Path file) throws IOException {
        return Files.readAllLines(file).stream().map(Lookup::parse).distinct().toList();
    }

    static Lookup parse(String line) {
        String[] words = line.split("\t", -1);
        return new Lookup(words[0], words[1], words[2], words[3]);
    }

    @Override
    public String toString() {
        return kind + " " + target + (part.isEmpty() ? "" : " " + part) + ", asked for by " + caller;
    }
}
