package io.skipstone.powerloss;

import io.skipstone.model.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One file on a disk that may lose power: what is safely there, and what came later and may or may not be.
 *
 * <p>A page goes to the disk as the page cache has it: whoever finds a later write in it finds the earlier ones in the same page too.
 * Different pages go in any order.
 */
final class SimulatedFile {
    static final int PAGE_BYTES = 4096;
    static final int SECTOR_BYTES = 512;

    /** Pages that are safely there; longer files have zeros between them. */
    private final Map<Integer, byte[]> durable = new TreeMap<>();

    private long durableLength;

    /** Later writes by page, oldest first. */
    private final Map<Integer, List<Piece>> pending = new TreeMap<>();

    /** What would change the length, oldest first. */
    private final List<Resize> resizes = new ArrayList<>();

    /** A write's part in one page. */
    record Piece(int write, int at, Bytes from, int offset, int length) {
        void applyTo(byte[] page) {
            System.arraycopy(from.array(), offset, page, at, length);
        }
    }

    /**
     * @param cut whether the file is cut to this length, else it is made at least as long
     */
    record Resize(int op, long length, boolean cut) {}

    void write(int op, long offset, Bytes bytes) {
        int done = 0;
        while (done < bytes.length()) {
            int page = Math.toIntExact((offset + done) / PAGE_BYTES);
            int at = (int) ((offset + done) % PAGE_BYTES);
            int length = Math.min(PAGE_BYTES - at, bytes.length() - done);
            pending.computeIfAbsent(page, _ -> new ArrayList<>()).add(new Piece(op, at, bytes, done, length));
            done += length;
        }
        resizes.add(new Resize(op, offset + bytes.length(), false));
    }

    /** Cuts the file, or makes it longer with zeros. */
    void truncate(int op, long length) {
        resizes.add(new Resize(op, length, true));
    }

    /** What came before this record is on the disk. */
    void syncUpTo(int op) {
        Contents all = new Contents(Survivors.untilOp(op));
        pagesThatDiffer(all).forEach(page -> settle(page, op, all));
        durable.keySet().removeIf(page -> (long) page * PAGE_BYTES >= all.length());
        resizes.removeIf(resize -> resize.op() < op);
        durableLength = all.length();
    }

    /** One write made with O_DSYNC is on the disk, with the pages it touched. */
    void syncWrite(int op, Trace.Op.Write write) {
        int first = Math.toIntExact(write.offset() / PAGE_BYTES);
        int last = Math.toIntExact((write.offset() + write.bytes().length() - 1) / PAGE_BYTES);
        Contents all = new Contents(Survivors.untilOp(op + 1));
        for (int page = first; page <= last; page++) {
            settle(page, op + 1, all);
        }
        durableLength = Math.max(durableLength, write.offset() + write.bytes().length());
    }

    private void settle(int page, int op, Contents contents) {
        durable.put(page, contents.page(page));
        List<Piece> pieces = pending.getOrDefault(page, new ArrayList<>());
        pieces.removeIf(piece -> piece.write() < op);
        if (pieces.isEmpty()) {
            pending.remove(page);
        }
    }

    /** A cut changes also pages that nobody has written to since. */
    private Set<Integer> pagesThatDiffer(Contents contents) {
        var pages = new TreeSet<>(pending.keySet());
        if (!contents.cuts.isEmpty()) {
            pages.addAll(durable.keySet());
        }
        return pages;
    }

    boolean hasPending() {
        return !pending.isEmpty() || !resizes.isEmpty();
    }

    /** What is found after power is back, when so much of the pending survived. */
    byte[] after(Survivors survivors) {
        Contents contents = new Contents(survivors);
        byte[] bytes = new byte[Math.toIntExact(contents.length())];
        durable.forEach((page, content) -> contents.copyTo(bytes, page, content));
        pagesThatDiffer(contents).forEach(page -> contents.copyTo(bytes, page, contents.page(page)));
        return bytes;
    }

    /** Contents as these survivors make them. */
    private final class Contents {
        private final Survivors survivors;
        private final List<Resize> cuts;
        private final long length;

        Contents(Survivors survivors) {
            this.survivors = survivors;
            this.cuts = resizes.stream()
                    .filter(Resize::cut)
                    .filter(cut -> survivors.keepsCut(cut.op()))
                    .toList();
            this.length = lengthOf();
        }

        long length() {
            return length;
        }

        private long lengthOf() {
            long now = durableLength;
            for (Resize resize : resizes) {
                if (resize.cut()) {
                    now = survivors.keepsCut(resize.op()) ? resize.length() : now;
                } else if (reaches(resize)) {
                    now = Math.max(now, resize.length());
                }
            }
            return now;
        }

        /** Whether the last page of a write survived, and the length with it. */
        private boolean reaches(Resize write) {
            int page = Math.toIntExact((write.length() - 1) / PAGE_BYTES);
            List<Piece> pieces = pending.getOrDefault(page, List.of());
            return survivors.version(page, pieces) > write.op()
                    || pieces.stream().noneMatch(p -> p.write() == write.op());
        }

        byte[] page(int page) {
            List<Piece> pieces = pending.getOrDefault(page, List.of());
            byte[] content = version(page, pieces, survivors.version(page, pieces));
            survivors.tear(page, pieces).ifPresent(tear -> {
                byte[] other = version(page, pieces, tear.version());
                for (int sector = 0; sector < PAGE_BYTES / SECTOR_BYTES; sector++) {
                    if (tear.hits(sector)) {
                        System.arraycopy(other, sector * SECTOR_BYTES, content, sector * SECTOR_BYTES, SECTOR_BYTES);
                    }
                }
            });
            return content;
        }

        /** The page as it was before the record numbered {@code end}. */
        private byte[] version(int page, List<Piece> pieces, int end) {
            byte[] content = durable.getOrDefault(page, new byte[PAGE_BYTES]).clone();
            int cut = 0;
            for (Piece piece : pieces) {
                if (piece.write() >= end) {
                    break;
                }
                for (; cut < cuts.size() && cuts.get(cut).op() < piece.write(); cut++) {
                    clear(content, page, cuts.get(cut).length());
                }
                piece.applyTo(content);
            }
            for (; cut < cuts.size(); cut++) {
                clear(content, page, cuts.get(cut).length());
            }
            return content;
        }

        private void clear(byte[] content, int page, long end) {
            long from = Math.clamp(end - (long) page * PAGE_BYTES, 0, PAGE_BYTES);
            Arrays.fill(content, (int) from, PAGE_BYTES, (byte) 0);
        }

        private void copyTo(byte[] bytes, int page, byte[] content) {
            long from = (long) page * PAGE_BYTES;
            if (from < bytes.length) {
                System.arraycopy(content, 0, bytes, (int) from, Math.min(PAGE_BYTES, (int) (bytes.length - from)));
            }
        }
    }
}
