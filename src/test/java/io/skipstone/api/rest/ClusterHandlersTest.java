package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skipstone.api.ClusterCalls;
import io.skipstone.api.ScriptedCluster;
import io.skipstone.api.Statuses;
import io.skipstone.model.Bytes;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of the group, against a group that always answers the same. */
class ClusterHandlersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ScriptedCluster group = new ScriptedCluster(ScriptedCluster.threeMembers());
    private final ClusterHandlers handlers =
            new ClusterHandlers(new ClusterCalls(group, () -> Statuses.of(Role.LEADER, Optional.of("n1"))));

    private JsonNode answer(String method, String path, String body) throws IOException {
        Route route = handlers.routes().stream()
                .filter(known -> known.method().name().equals(method) && known.matches(path))
                .findFirst()
                .orElseThrow();
        var request = new RestRequest(
                HttpMethod.valueOf(method),
                route.parameter(path),
                "",
                MultiMap.caseInsensitiveMultiMap(),
                Bytes.utf8(body),
                new Object());
        Reply reply = route.handler().handle(request).toCompletableFuture().join();
        assertThat(reply.status()).isEqualTo(200);
        return JSON.readTree(((Body.Whole) reply.body()).bytes().array());
    }

    @Nested
    class TheGroup {
        @Test
        void isToldWithWhatIsKnownOfEachMember() throws IOException {
            JsonNode told = answer("GET", "/v1/cluster/members", "");

            assertThat(told).isEqualTo(JSON.readTree("""
                    {"groupId": "00000000-0000-0001-0000-000000000002", "term": 7, "logEnd": 900, "settled": false, "leader": "n2",
                     "members": [
                       {"nodeId": "n1", "incarnation": "0123456789abcdef", "address": "host1:2380", "role": "voter", "leader": false,
                        "matched": 890, "silentMillis": 40},
                       {"nodeId": "n2", "incarnation": "0123456789abcdef", "address": "host2:2380", "role": "voter", "leader": true,
                        "matched": 900, "silentMillis": 0, "client": "host2:2379"},
                       {"nodeId": "n4", "incarnation": "0123456789abcdef", "address": "host4:2380", "role": "learner",
                        "leader": false}]}
                    """));
        }
    }

    @Nested
    class AChange {
        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "POST   | /v1/cluster/members            | {\"member\":\"n5=[::1]:2380\"} | add n5=[::1]:2380",
                    "POST   | /v1/cluster/members/n4/promote | ''                             | promote n4",
                    "POST   | /v1/cluster/members/n%34/promote | ''                           | promote n4",
                    "DELETE | /v1/cluster/members/n4         | ''                             | remove n4",
                    "POST   | /v1/cluster/transfer-leader    | {\"to\":\"n2\"}                | transfer to n2",
                    "POST   | /v1/cluster/transfer-leader    | {}                             | transfer to anyone",
                    "POST   | /v1/cluster/transfer-leader    | ''                             | transfer to anyone",
                    "POST   | /v1/cluster/step-down          | ''                             | transfer to anyone"
                })
        void isAskedForAndAnsweredWithTheGroupAsItIsThen(String method, String path, String body, String asked)
                throws IOException {
            JsonNode told = answer(method, path, body);

            assertThat(group.asked()).containsExactly(asked);
            assertThat(told.path("members")).hasSize(3);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "{}", "[]", "{\"member\":5}", "{\"member\":\"n5=h:1\",\"voter\":true}", "{\"to\":\"n2\"}"
                })
        void isRefusedWhenItDoesNotSayWhoIsAdded(String body) {
            assertThatThrownBy(() -> answer("POST", "/v1/cluster/members", body))
                    .isInstanceOf(BadRequest.class);
            assertThat(group.asked()).isEmpty();
        }

        @ParameterizedTest
        @ValueSource(strings = {"[]", "{\"to\":2}", "{\"too\":\"n2\"}"})
        void isRefusedWhenItDoesNotSayClearlyWhoIsToLead(String body) {
            assertThatThrownBy(() -> answer("POST", "/v1/cluster/transfer-leader", body))
                    .isInstanceOf(BadRequest.class);
            assertThat(group.asked()).isEmpty();
        }
    }

    @Nested
    class SteppingDown {
        @Test
        void saysWhetherThereWasSomethingToHandOver() throws IOException {
            assertThat(answer("POST", "/v1/cluster/step-down", "")
                            .path("ledBefore")
                            .asBoolean())
                    .isTrue();
        }
    }
}
