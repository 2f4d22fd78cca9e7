package io.skipstone.powerloss;

import io.skipstone.powerloss.Trace.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;

/**
 * Which name stands for which file. Changes of names reach the disk in their order, as in the journals of ext4 and XFS: a sync of a
 * directory makes the changes in it durable, a sync of a file those of its own name, and either way all that came before.
 */
final class Names {
    /** Stands for a directory in place of a file's number. */
    static final int DIRECTORY = -1;

    private final List<Change> changes = new ArrayList<>();
    private final Map<Integer, String> directories = new HashMap<>();
    private int durable;

    private record Change(int number, Op op) {}

    void play(int number, Op op) {
        switch (op) {
            case Op.Create _, Op.Rename _, Op.Unlink _, Op.MakeDirectory _ -> changes.add(new Change(number, op));
            case Op.OpenDirectory(int file, String name) -> directories.put(file, name);
            case Op.SyncEnd(int file, int begin) -> sync(file, begin);
            case Op.Write _, Op.Durable _, Op.SyncBegin _, Op.Truncate _, Op.Mark _ -> {}
        }
    }

    private void sync(int file, int begin) {
        String directory = directories.get(file);
        for (int i = changes.size() - 1; i >= durable; i--) {
            Change change = changes.get(i);
            boolean covered = directory == null ? nameOf(file, i + 1).isIn(change.op()) : isIn(change.op(), directory);
            if (change.number() < begin && covered) {
                durable = i + 1;
                return;
            }
        }
    }

    /** The name that a file has after so many changes. */
    private Name nameOf(int file, int count) {
        Map<String, Integer> names = after(count);
        return new Name(
                file,
                names.entrySet().stream()
                        .filter(entry -> entry.getValue() == file)
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse(""));
    }

    private record Name(int file, String name) {
        boolean isIn(Op op) {
            return switch (op) {
                case Op.Create(int created, var _) -> created == file;
                case Op.Rename(var _, String to) -> to.equals(name);
                default -> false;
            };
        }
    }

    private static boolean isIn(Op op, String directory) {
        return switch (op) {
            case Op.Create(var _, String name) -> parent(name).equals(directory);
            case Op.Rename(String from, String to) ->
                parent(from).equals(directory) || parent(to).equals(directory);
            case Op.Unlink(String name) -> parent(name).equals(directory);
            case Op.MakeDirectory(String name) -> parent(name).equals(directory);
            default -> false;
        };
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    Map<String, Integer> all() {
        return after(changes.size());
    }

    /** Without some of the last changes. */
    Map<String, Integer> some(Random random) {
        return after(durable + random.nextInt(changes.size() - durable + 1));
    }

    private Map<String, Integer> after(int count) {
        var names = new TreeMap<String, Integer>();
        changes.subList(0, count).forEach(change -> apply(change.op(), names));
        return names;
    }

    private static void apply(Op op, NavigableMap<String, Integer> names) {
        switch (op) {
            case Op.Create(int file, String name) -> names.put(name, file);
            case Op.MakeDirectory(String name) -> names.put(name, DIRECTORY);
            case Op.Unlink(String name) -> names.remove(name);
            case Op.Rename(String from, String to) -> rename(names, from, to);
            default -> throw new IllegalStateException("no change of names: " + op);
        }
    }

    private static void rename(NavigableMap<String, Integer> names, String from, String to) {
        Integer file = names.remove(from);
        if (file != null) {
            names.put(to, file);
        }
        List.copyOf(names.subMap(from + "/", true, from + "0", false).keySet())
                .forEach(inside -> names.put(to + inside.substring(from.length()), names.remove(inside)));
    }
}
