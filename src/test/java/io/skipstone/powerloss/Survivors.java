package io.skipstone.powerloss;

import io.skipstone.powerloss.SimulatedFile.Piece;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** What the disk keeps of one file's writes that nobody had synced. Asked again it says the same. */
interface Survivors {
    /** The page is as it was before the record with the number returned here. */
    int version(int page, List<Piece> pieces);

    /** Sectors of another version in the same page. */
    Optional<Tear> tear(int page, List<Piece> pieces);

    boolean keepsCut(int op);

    /**
     * Parts of a page that are older or newer than the rest.
     *
     * @param sectors bit i: sector i is of that version
     */
    record Tear(int version, int sectors) {
        boolean hits(int sector) {
            return (sectors >> sector & 1) != 0;
        }
    }

    /** Everything before this record, whole. */
    static Survivors untilOp(int end) {
        return new Survivors() {
            @Override
            public int version(int page, List<Piece> pieces) {
                return end;
            }

            @Override
            public Optional<Tear> tear(int page, List<Piece> pieces) {
                return Optional.empty();
            }

            @Override
            public boolean keepsCut(int op) {
                return op < end;
            }
        };
    }

    /** How a disk may fail. */
    enum Kind {
        NOTHING_SURVIVES,
        EVERYTHING_SURVIVES,
        WHOLE_WRITES,
        PAGES_AND_SECTORS;

        static Kind of(Random random) {
            return switch (random.nextInt(10)) {
                case 0 -> NOTHING_SURVIVES;
                case 1 -> EVERYTHING_SURVIVES;
                case 2, 3, 4 -> WHOLE_WRITES;
                default -> PAGES_AND_SECTORS;
            };
        }
    }

    static Survivors of(Kind kind, long seed) {
        return switch (kind) {
            case NOTHING_SURVIVES -> untilOp(0);
            case EVERYTHING_SURVIVES -> untilOp(Integer.MAX_VALUE);
            case WHOLE_WRITES -> new RandomSurvivors(seed, false);
            case PAGES_AND_SECTORS -> new RandomSurvivors(seed, true);
        };
    }
}
