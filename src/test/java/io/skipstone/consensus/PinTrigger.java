package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.server.RaftServer;

/** Everything that makes a node pin its store. PinPlacesTest finds a place in the code that is none of these. */
enum PinTrigger {
    /** Ratis counts entries by itself. */
    ENTRIES,

    BYTES,

    /** An operator asks. */
    ADMIN,

    MEMBERSHIP,

    /** The node stops. */
    STOP;

    /** Entries written before the trigger: several segments. */
    static final int FILLING = 40;

    private static final long FAR = 1L << 40;
    private static final long SEGMENT_BYTES = 64 << 10;
    private static final int VALUE_BYTES = 8 << 10;

    /** Small segments, and nothing but this pins. */
    LogBounds bounds() {
        return switch (this) {
            case ENTRIES -> new LogBounds(100, FAR, 1, SEGMENT_BYTES);
            case BYTES -> new LogBounds(FAR, 100 * VALUE_BYTES, 1, SEGMENT_BYTES);
            case ADMIN, MEMBERSHIP, STOP -> new LogBounds(FAR, FAR, 1, SEGMENT_BYTES);
        };
    }

    static CompletableFuture<Outcome> put(TestNode node, int number) {
        return node.put("key/" + number, "v".repeat(VALUE_BYTES));
    }

    /**
     * Does what makes the node pin. Returns when it has been done, not when it has been pinned.
     *
     * @param isPulled whether the pin was tried, for those that come after many writes
     */
    void pull(TestNode node, RaftServer server, BooleanSupplier isPulled) throws Exception {
        switch (this) {
            case ENTRIES, BYTES -> {
                for (int number = 0; !isPulled.getAsBoolean(); number++) {
                    assertThat(number).as("writes without a pin").isLessThan(10 * FILLING);
                    put(node, number).handle((_, _) -> true).get(30, SECONDS);
                }
            }
            case ADMIN -> {
                var _ = node.raft().pin();
            }
            case MEMBERSHIP -> changePriority(server);
            case STOP -> node.close();
        }
    }

    /** The only change of members that a group of one can agree on alone. */
    static void changePriority(RaftServer server) throws IOException {
        var division = server.getDivision(server.getGroupIds().iterator().next());
        RaftPeer self = division.getPeer();
        RaftPeer changed = RaftPeer.newBuilder(self)
                .setPriority(division.getRaftConf().getPeer(self.getId()).getPriority() + 1)
                .build();
        var request = new SetConfigurationRequest(
                ClientId.randomId(),
                server.getId(),
                division.getMemberId().getGroupId(),
                1,
                SetConfigurationRequest.Arguments.newBuilder()
                        .setServersInNewConf(List.of(changed))
                        .build());
        assertThat(server.setConfiguration(request).isSuccess()).isTrue();
    }
}
