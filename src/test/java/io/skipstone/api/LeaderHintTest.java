package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.SkipstoneException.NotReady;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LeaderHintTest {
    private static final Refusal NOT_HERE = new Refusal(ErrorMapping.NOT_READY, "not_ready", "wait", true);

    private final ScriptedCluster group = new ScriptedCluster(ScriptedCluster.threeMembers());
    private final AtomicLong nanos = new AtomicLong();
    private final ClientAddresses addresses = new ClientAddresses(group, nanos::get);

    private Optional<LeaderHint.Leader> hint(Role role, Optional<String> leader, Refusal refusal) {
        return new LeaderHint(() -> Statuses.of(role, leader), addresses).elsewhere(refusal);
    }

    @Nested
    class TheLeader {
        @Test
        void isNamedWithTheAddressThatItTold() {
            assertThat(hint(Role.FOLLOWER, Optional.of("n2"), NOT_HERE))
                    .contains(new LeaderHint.Leader("n2", Optional.of("host2:2379")));
        }

        @Test
        void isNamedWithoutAnAddressWhenItToldNone() {
            assertThat(hint(Role.FOLLOWER, Optional.of("n4"), NOT_HERE))
                    .contains(new LeaderHint.Leader("n4", Optional.empty()));
        }

        @Test
        void isNotNamedWhenItIsThisNodeOrNobody() {
            assertThat(hint(Role.LEADER, Optional.of("n1"), NOT_HERE)).isEmpty();
            assertThat(hint(Role.CANDIDATE, Optional.empty(), NOT_HERE)).isEmpty();
        }

        @Test
        void isNotNamedWhereAnotherNodeWouldRefuseAsWell() {
            var bad = new Refusal(ErrorMapping.BAD_REQUEST, "bad_ttl", "mend it", false);

            assertThat(hint(Role.FOLLOWER, Optional.of("n2"), bad)).isEmpty();
        }
    }

    @Nested
    class Addresses {
        @Test
        void areAskedForNowAndThenHoweverManyClientsAreTurnedAway() {
            for (int i = 0; i < 100; i++) {
                assertThat(addresses.of("n2")).contains("host2:2379");
            }
            assertThat(group.asked()).containsExactly("members");

            nanos.addAndGet(ClientAddresses.ASK_EVERY.toNanos());
            assertThat(addresses.of("n2")).contains("host2:2379");
            assertThat(group.asked()).isEqualTo(List.of("members", "members"));
        }

        @Test
        void stayKnownWhileTheGroupDoesNotAnswer() {
            assertThat(addresses.of("n2")).isPresent();

            group.answerWith(CompletableFuture.failedStage(new NotReady("no leader")));
            nanos.addAndGet(ClientAddresses.ASK_EVERY.toNanos());

            assertThat(addresses.of("n2")).contains("host2:2379");
            assertThat(group.asked()).isEqualTo(Collections.nCopies(2, "members"));
        }

        @Test
        void areNotWaitedFor() {
            group.answerWith(new CompletableFuture<>());

            assertThat(addresses.of("n2")).isEmpty();
        }
    }
}
