package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.etcd.v3.CampaignRequest;
import io.skipstone.api.etcd.v3.CampaignResponse;
import io.skipstone.api.etcd.v3.ElectionGrpc;
import io.skipstone.api.etcd.v3.LeaderKey;
import io.skipstone.api.etcd.v3.LeaderRequest;
import io.skipstone.api.etcd.v3.LeaderResponse;
import io.skipstone.api.etcd.v3.ProclaimRequest;
import io.skipstone.api.etcd.v3.ResignRequest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class ElectionsOverEtcdTest extends EtcdDoor {
    @Inject
    WatchSlots slots;

    private ElectionGrpc.ElectionBlockingStub elections;

    @BeforeEach
    void stub() {
        elections = ElectionGrpc.newBlockingStub(channel);
    }

    private CampaignRequest request(long lease, String value) {
        return CampaignRequest.newBuilder()
                .setName(text(room))
                .setLease(lease)
                .setValue(text(value))
                .build();
    }

    private LeaderRequest name() {
        return LeaderRequest.newBuilder().setName(text(room)).build();
    }

    private LeaderKey campaign(long lease, String value) {
        return elections.campaign(request(lease, value)).getLeader();
    }

    private Coming<CampaignRequest, CampaignResponse> queue(long lease, String value) {
        var coming = new Coming<CampaignRequest, CampaignResponse>();
        ElectionGrpc.newStub(channel).campaign(request(lease, value), coming);
        await().atMost(PATIENCE).until(() -> exists(key(lease)));
        return coming;
    }

    private String key(long lease) {
        return room + "/" + Long.toHexString(lease);
    }

    private void proclaim(LeaderKey leader, String value) {
        var _ = elections.proclaim(ProclaimRequest.newBuilder()
                .setLeader(leader)
                .setValue(text(value))
                .build());
    }

    private void resign(LeaderKey leader) {
        var _ = elections.resign(ResignRequest.newBuilder().setLeader(leader).build());
    }

    private String leader() {
        return elections.leader(name()).getKv().getValue().toStringUtf8();
    }

    @Test
    void whoeverComesFirstLeadsUntilTheyResign() throws Exception {
        long first = grant(600);
        long second = grant(600);

        LeaderKey leads = campaign(first, "one");
        var next = queue(second, "two");
        assertThat(leads.getKey()).isEqualTo(text(key(first)));
        assertThat(leads.getName()).isEqualTo(text(room));
        assertThat(leads.getLease()).isEqualTo(first);
        LeaderResponse told = elections.leader(name());
        assertThat(told.getKv().getKey()).isEqualTo(leads.getKey());
        assertThat(told.getKv().getValue()).isEqualTo(text("one"));
        assertThat(told.getKv().getLease()).isEqualTo(first);
        assertThat(told.getKv().getCreateRevision()).isEqualTo(leads.getRev());
        assertThat(next.isWaiting()).isTrue();

        resign(leads);

        LeaderKey follows = next.next().getLeader();
        assertThat(follows.getKey()).isEqualTo(text(key(second)));
        assertThat(leader()).isEqualTo("two");
        assertRefused(Code.UNKNOWN, "election: not leader", () -> proclaim(leads, "still me"));
        resign(leads);
        assertThat(leader()).isEqualTo("two");
    }

    @Test
    void aLeaderSaysWhatItHasToSay() {
        LeaderKey leads = campaign(grant(600), "one");

        proclaim(leads, "another");

        assertThat(leader()).isEqualTo("another");
        assertThat(elections.leader(name()).getKv().getVersion()).isEqualTo(2);
    }

    @Test
    void whoeverCampaignsAgainKeepsItsPlaceAndSaysTheNewThing() {
        long lease = grant(600);

        LeaderKey once = campaign(lease, "one");
        LeaderKey again = campaign(lease, "two");

        assertThat(again).isEqualTo(once);
        assertThat(leader()).isEqualTo("two");
    }

    @Test
    void anObserverIsToldOfEachLeaderAndWhatTheySay() throws Exception {
        var told = new Coming<LeaderRequest, LeaderResponse>();
        ElectionGrpc.newStub(channel).observe(name(), told);

        LeaderKey first = campaign(grant(600), "one");
        assertThat(told.next().getKv().getValue()).isEqualTo(text("one"));
        proclaim(first, "more");
        LeaderResponse more = told.next();
        assertThat(more.getKv().getValue()).isEqualTo(text("more"));
        assertThat(more.getHeader().getRevision()).isEqualTo(more.getKv().getModRevision());
        long second = grant(600);
        var next = queue(second, "two");
        resign(first);
        assertThat(next.next().getLeader().getLease()).isEqualTo(second);
        assertThat(told.next().getKv().getValue()).isEqualTo(text("two"));
        revoke(second);
        long third = grant(600);
        campaign(third, "three");
        assertThat(told.next().getKv().getValue()).isEqualTo(text("three"));

        told.cancel();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void anObserverThatComesLateIsToldWhoLeads() throws Exception {
        campaign(grant(600), "one");
        var told = new Coming<LeaderRequest, LeaderResponse>();

        ElectionGrpc.newStub(channel).observe(name(), told);

        assertThat(told.next().getKv().getValue()).isEqualTo(text("one"));
        assertThat(told.isWaiting()).isTrue();
        told.cancel();
    }

    @Test
    void theCampaignEndsWithTheLeaseOfWhoeverWaits() {
        campaign(grant(600), "one");
        long waiter = grant(600);
        var waiting = queue(waiter, "two");

        revoke(waiter);

        waiting.assertRefused(Code.UNKNOWN, "election: session expired");
    }

    @Test
    void aClientThatGoesAwayCampaignsNoMore() {
        campaign(grant(600), "one");
        long impatient = grant(600);
        var waiting = queue(impatient, "two");

        waiting.cancel();

        await().atMost(PATIENCE).until(() -> !exists(key(impatient)));
    }

    @Test
    void refusalsHaveTheTextsThatClientsKnow() {
        assertRefused(Code.UNKNOWN, "election: no leader", this::leader);
        assertRefused(Code.UNKNOWN, "etcdserver: requested lease not found", () -> campaign(1, "x"));
        String missing = "\"leader\" field must be provided";
        assertRefused(Code.UNKNOWN, missing, () -> elections.proclaim(ProclaimRequest.getDefaultInstance()));
        assertRefused(Code.UNKNOWN, missing, () -> elections.resign(ResignRequest.getDefaultInstance()));
        LeaderKey nobody = LeaderKey.newBuilder()
                .setName(text(room))
                .setKey(text(room + "/1"))
                .setLease(grant(600))
                .build();
        for (long revision : new long[] {-1, 0, 1, 2}) {
            LeaderKey somewhere = nobody.toBuilder().setRev(revision).build();
            assertRefused(Code.UNKNOWN, "election: not leader", () -> proclaim(somewhere, "x"));
            resign(somewhere);
        }
        assertThat(exists(room + "/1")).isFalse();
    }
}
