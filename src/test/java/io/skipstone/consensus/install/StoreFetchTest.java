package io.skipstone.consensus.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.Position;
import io.skipstone.snapshot.ArtifactStage;
import io.skipstone.snapshot.GenerationExchange;
import io.skipstone.snapshot.StoreExchange;
import io.skipstone.store.Generations;
import io.skipstone.store.StoreInUse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on its way from one member to another, over real connections. */
class StoreFetchTest {
    private static final int BROKEN_AFTER = 3;

    @TempDir
    private Path temp;

    private final PeerChannels channels = new PeerChannels();
    private final InstallProgress progress = new InstallProgress();
    private SourceNode source;
    private StoreInUse own;
    private StoreExchange exchange;

    @BeforeEach
    void start() throws IOException {
        source = new SourceNode(temp, "n1");
        var generations = new Generations(SourceNode.config(temp.resolve("own")));
        var opened = generations.open();
        own = new StoreInUse(opened.store());
        exchange = new GenerationExchange(generations, SourceNode.GROUP, own, opened.generation(), 0);
        progress.begin();
    }

    @AfterEach
    void stop() {
        channels.close();
        source.close();
        own.close();
    }

    private StoreFetch fetch(long least, PeerAddress... sources) {
        return new StoreFetch(
                exchange, SourceNode.GROUP_BYTES, ArtifactPeers.over(channels), wanted(least, sources), progress);
    }

    private static Wanted wanted(long least, PeerAddress... sources) {
        return new Wanted() {
            @Override
            public long leastIndex() {
                return least;
            }

            @Override
            public List<PeerAddress> sources() {
                return List.of(sources);
            }
        };
    }

    private void publishAndAdopt(ArtifactStage stage) {
        exchange.publish(stage);
        assertThat(exchange.adopt()).isEqualTo(new Position(3, SourceNode.INDEX));
        assertThat(own.meta().applied()).contains(new Position(3, SourceNode.INDEX));
        exchange.retire();
    }

    @Test
    void aStoreThatHasComeTakesThePlaceOfTheOneInUse() throws Exception {
        try (StoreFetch fetch = fetch(SourceNode.INDEX, source.address())) {
            ArtifactStage stage = fetch.fetch();

            assertThat(progress.now().orElseThrow().percent()).hasValue(100);
            publishAndAdopt(stage);
        }
    }

    @Test
    void aTransferThatBreaksGoesOnAtTheChunkWhereItBroke() throws Exception {
        source.fault(FaultyParts.breaksOnceAfter(BROKEN_AFTER));
        try (StoreFetch fetch = fetch(SourceNode.INDEX, source.address())) {
            publishAndAdopt(fetch.fetch());
        }

        assertThat(source.requests).hasSize(2);
        assertThat(source.requests.get(1).getFirstChunk()).isEqualTo(BROKEN_AFTER);
        assertThat(source.requests.get(1).getArtifactId()).isNotEmpty();
    }

    private static ArtifactStage complete(StoreFetch fetch) {
        try {
            return fetch.fetch();
        } catch (SourceFailure | InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aMemberThatDiesInTheMiddleMakesWayForAnotherOne() throws Exception {
        source.fault(FaultyParts.diesAfter(BROKEN_AFTER));
        try (var other = new SourceNode(temp, "n2");
                StoreFetch fetch = fetch(SourceNode.INDEX, source.address(), other.address())) {
            publishAndAdopt(fetch.fetch());

            assertThat(other.requests).isNotEmpty();
            assertThat(source.requests).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aMemberWhoseStoreIsTooOldIsPassedOver() throws Exception {
        try (var old = new SourceNode(temp, "n2", 5);
                StoreFetch fetch = fetch(SourceNode.INDEX, old.address(), source.address())) {
            publishAndAdopt(fetch.fetch());

            assertThat(old.requests).isNotEmpty();
        }
    }

    @Test
    void aChunkThatArrivesDamagedIsFetchedAgain() throws Exception {
        var once = new AtomicBoolean();
        source.fault(FaultyParts.changes(part -> part.hasChunk() && once.compareAndSet(false, true)
                ? ArtifactPart.newBuilder()
                        .setChunk(ByteString.copyFrom(new byte[part.getChunk().size()]))
                        .build()
                : part));
        try (StoreFetch fetch = fetch(SourceNode.INDEX, source.address())) {
            publishAndAdopt(fetch.fetch());
        }

        assertThat(source.requests).hasSize(2);
    }

    @Test
    void aFetchEndsSoonWhenTheNodeStops() throws Exception {
        source.fault(FaultyParts.diesAfter(0));
        try (StoreFetch fetch = fetch(SourceNode.INDEX, source.address())) {
            var ended = CompletableFuture.supplyAsync(() -> complete(fetch));
            await().until(() -> !source.requests.isEmpty());

            fetch.stop();

            assertThatThrownBy(ended::get).hasRootCauseInstanceOf(Exception.class);
        }
    }
}
