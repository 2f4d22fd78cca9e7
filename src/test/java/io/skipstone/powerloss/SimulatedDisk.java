package io.skipstone.powerloss;

import io.skipstone.model.Bytes;
import io.skipstone.powerloss.Trace.Op;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A directory on a disk, fed with a trace, that can be looked at as if the power had failed now. What is assumed of the disk is in
 * docs/testing.md.
 */
final class SimulatedDisk {
    /** In so many of a hundred crashes the last names are lost that no sync made durable. */
    private static final int NAMES_LOST_PERCENT = 25;

    private final Trace trace;
    private final Map<Integer, SimulatedFile> files = new HashMap<>();
    private final Names names = new Names();
    private int next;

    SimulatedDisk(Trace trace) {
        this.trace = trace;
    }

    /** Plays the next record and returns it. */
    Op advance() {
        int number = next++;
        Op op = trace.ops().get(number);
        names.play(number, op);
        switch (op) {
            case Op.Create(int file, var _) -> files.put(file, new SimulatedFile());
            case Op.Write(int file, long offset, Bytes bytes) -> files.get(file).write(number, offset, bytes);
            case Op.Truncate(int file, long length) -> files.get(file).truncate(number, length);
            case Op.Durable(int file, int write) ->
                files.get(file).syncWrite(write, (Op.Write) trace.ops().get(write));
            case Op.SyncEnd(int file, int begin) -> {
                if (files.containsKey(file)) {
                    files.get(file).syncUpTo(begin);
                }
            }
            case Op.OpenDirectory _, Op.SyncBegin _, Op.Rename _, Op.Unlink _, Op.MakeDirectory _, Op.Mark _ -> {}
        }
        return op;
    }

    /** How many records have been played. */
    int position() {
        return next;
    }

    /** What is found after power is back; the same for the same random numbers. */
    CrashImage crash(Random random) {
        Survivors.Kind kind = Survivors.Kind.of(random);
        long seed = random.nextLong();
        Map<String, Integer> found = random.nextInt(100) < NAMES_LOST_PERCENT ? names.some(random) : names.all();
        var content = new TreeMap<String, byte[]>();
        var directories = new TreeSet<String>();
        found.forEach((name, file) -> {
            if (file == Names.DIRECTORY) {
                directories.add(name);
            } else {
                content.put(name, files.get(file).after(Survivors.of(kind, seed + file)));
            }
        });
        return new CrashImage(kind, directories, content);
    }
}
