package io.skipstone.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCallsTest {
    private final ScriptedCluster group = new ScriptedCluster(ScriptedCluster.threeMembers());

    private ClusterCalls on(Role role) {
        return new ClusterCalls(group, () -> Statuses.of(role, Optional.of("n2")));
    }

    @Nested
    class SteppingDown {
        @Test
        void handsTheLeadToAnyoneWhenThisNodeHasIt() {
            var stepped = on(Role.LEADER).stepDown().toCompletableFuture().join();

            assertThat(stepped.ledBefore()).isTrue();
            assertThat(group.asked()).containsExactly("transfer to anyone");
        }

        @Test
        void changesNothingWhenAnotherNodeLeads() {
            var stepped = on(Role.FOLLOWER).stepDown().toCompletableFuture().join();

            assertThat(stepped.ledBefore()).isFalse();
            assertThat(group.asked()).containsExactly("members");
        }
    }

    @Nested
    class WhatIsAskedFor {
        @Test
        void isHandedOnWhoeverLeads() {
            var calls = on(Role.FOLLOWER);

            calls.members().toCompletableFuture().join();
            calls.add("n5=host5:2380").toCompletableFuture().join();
            calls.promote("n5").toCompletableFuture().join();
            calls.remove("n5").toCompletableFuture().join();
            calls.transferLeadership(Optional.of("n1")).toCompletableFuture().join();

            assertThat(group.asked())
                    .containsExactly("members", "add n5=host5:2380", "promote n5", "remove n5", "transfer to n1");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "n 5", "n5=host:2380", "../n5", "n\u00e9"})
        void isRefusedWithoutANodeIdThatCanBeOne(String nodeId) {
            var calls = on(Role.LEADER);

            for (Runnable call : new Runnable[] {
                () -> calls.promote(nodeId),
                () -> calls.remove(nodeId),
                () -> calls.transferLeadership(Optional.of(nodeId))
            }) {
                assertThatThrownBy(call::run)
                        .isInstanceOfSatisfying(BadRequest.class, refused -> assertThat(refused.code())
                                .isEqualTo("bad_node_id"));
            }
            assertThat(group.asked()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "n5", "n5=host", "n5=host:0", "n5=host:65536", "n5=ho st:2380", "=host:2380"})
        void isRefusedWithoutAnAddressThatCanBeOne(String member) {
            assertThatThrownBy(() -> on(Role.LEADER).add(member))
                    .isInstanceOfSatisfying(BadRequest.class, refused -> assertThat(refused.code())
                            .isEqualTo("bad_member"));
            assertThat(group.asked()).isEmpty();
        }
    }
}
