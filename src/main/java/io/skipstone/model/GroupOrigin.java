package io.skipstone.model;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** How a node came to its group; decided once, before it takes part in it (docs/decisions/0011). */
public sealed interface GroupOrigin {
    UUID groupId();

    /** It began as the only member. */
    record Alone(UUID groupId) implements GroupOrigin {}

    /** It began with others, and all of them know all of them. */
    record Founded(UUID groupId, List<Founder> founders) implements GroupOrigin {
        public Founded {
            founders = founders.stream()
                    .sorted(Comparator.comparing(founder -> founder.id().toString()))
                    .toList();
        }

        /** The group that these nodes make: whoever computes it comes to the same id. */
        public static Founded by(List<Founder> founders) {
            String names = founders.stream().map(Founder::toString).sorted().collect(Collectors.joining(","));
            return new Founded(UUID.nameUUIDFromBytes(Bytes.utf8(names).array()), founders);
        }
    }

    /** The group was there before: it takes part when the members have added it. */
    record Joined(UUID groupId) implements GroupOrigin {}
}
