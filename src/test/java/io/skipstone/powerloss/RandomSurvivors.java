package io.skipstone.powerloss;

import io.skipstone.powerloss.SimulatedFile.Piece;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Each write is lost, kept, or (when pages part) kept in some of its pages; then one page in a few is torn between sectors. Every
 * answer follows from the seed and the numbers of write and page, in whatever order it is asked.
 */
record RandomSurvivors(long seed, boolean pagesPart) implements Survivors {
    private static final int TORN_ONE_IN = 6;

    @Override
    public int version(int page, List<Piece> pieces) {
        for (Piece piece : pieces.reversed()) {
            if (keeps(piece.write(), page)) {
                return piece.write() + 1;
            }
        }
        return 0;
    }

    private boolean keeps(int write, int page) {
        return switch (draw(write, -1).nextInt(pagesPart ? 3 : 2)) {
            case 0 -> false;
            case 1 -> true;
            default -> draw(write, page).nextBoolean();
        };
    }

    @Override
    public Optional<Tear> tear(int page, List<Piece> pieces) {
        Random random = draw(-1, page);
        if (!pagesPart || pieces.isEmpty() || random.nextInt(TORN_ONE_IN) != 0) {
            return Optional.empty();
        }
        Piece until = pieces.get(random.nextInt(pieces.size()));
        int version = until.write() + (random.nextBoolean() ? 0 : 1);
        int cut = 1 + random.nextInt(SimulatedFile.PAGE_BYTES / SimulatedFile.SECTOR_BYTES - 1);
        int sectors =
                random.nextInt(3) == 0 ? random.nextInt(1 << 8) : random.nextBoolean() ? (1 << cut) - 1 : -1 << cut;
        return Optional.of(new Tear(version, sectors));
    }

    @Override
    public boolean keepsCut(int op) {
        return draw(op, -2).nextBoolean();
    }

    private Random draw(int write, int page) {
        long mixed = seed ^ (write * 0x9E37_79B9_7F4A_7C15L) ^ Long.rotateLeft(page * 0xC2B2_AE3D_27D4_EB4FL, 31);
        mixed = (mixed ^ mixed >>> 33) * 0xFF51_AFD7_ED55_8CCDL;
        return new Random(mixed ^ mixed >>> 29);
    }
}
