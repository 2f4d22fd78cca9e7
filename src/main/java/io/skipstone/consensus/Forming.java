package io.skipstone.consensus;

import io.skipstone.consensus.peer.PeerChannels;
import io.skipstone.consensus.peer.PeerHandler;
import io.skipstone.consensus.peer.PeerListener;
import io.skipstone.consensus.peer.PeerMethods;
import io.skipstone.consensus.peer.Refusals;
import io.skipstone.consensus.peer.wire.PeerProto.Applied;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactPart;
import io.skipstone.consensus.peer.wire.PeerProto.ArtifactRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeReply;
import io.skipstone.consensus.peer.wire.PeerProto.ChangeRequest;
import io.skipstone.consensus.peer.wire.PeerProto.Forwarded;
import io.skipstone.consensus.peer.wire.PeerProto.Greeting;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseReply;
import io.skipstone.consensus.peer.wire.PeerProto.LeaseRequest;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointReply;
import io.skipstone.consensus.peer.wire.PeerProto.ReadPointRequest;
import io.skipstone.consensus.peer.wire.PeerProto.Refused;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException.NotReady;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.apache.ratis.thirdparty.io.grpc.stub.ServerCallStreamObserver;

/**
 * Finds out which group a new node belongs to, by greeting the others until they have answered. Needed once in the life of a data
 * directory, before Ratis runs; holds the peer port meanwhile, to answer those who greet.
 */
public final class Forming implements PeerHandler {
    private static final System.Logger LOG = System.getLogger(Forming.class.getName());

    private static final long ROUND_MILLIS = 200;
    private static final long ANSWER_TIMEOUT_MILLIS = 2_000;
    private static final int ROUNDS_BETWEEN_LINES = 25;

    private final Setup setup;
    private final FormingRound round;

    /** The last greeting of each peer, by node id: as many as there are peers. */
    private final Map<String, Greeting> heard = new ConcurrentHashMap<>();

    private Forming(Setup setup) {
        this.setup = setup;
        this.round = new FormingRound(setup.self, setup.peers);
    }

    /**
     * A new node.
     *
     * @param peers all nodes that are to be in the group, this one among them
     * @param listenHost address that the peer port is bound to
     * @param clientAddress host and port for clients, told to the others
     */
    public record Setup(MemberId self, List<PeerAddress> peers, String listenHost, int peerPort, String clientAddress) {
        public Setup {
            peers = List.copyOf(peers);
        }
    }

    /**
     * Blocks until the group is known; the caller writes it down before anything else.
     *
     * @throws FormingRefusal the settings of the nodes contradict each other
     * @throws IOException the peer port cannot be had
     * @throws InterruptedException the node is told to stop
     */
    public static GroupOrigin find(Setup setup) throws IOException, InterruptedException {
        var forming = new Forming(setup);
        try (var channels = new PeerChannels();
                var _ = PeerListener.open(setup.listenHost, setup.peerPort, forming)) {
            return forming.greetUntilKnown(channels);
        }
    }

    private GroupOrigin greetUntilKnown(PeerChannels channels) throws InterruptedException {
        for (int rounds = 0; ; rounds++) {
            Map<PeerAddress, Introduction> answers = greetAll(channels);
            Optional<GroupOrigin> origin = round.decide(answers, heard.values());
            if (origin.isPresent()) {
                report(origin.get(), answers);
                return origin.get();
            }
            if (rounds % ROUNDS_BETWEEN_LINES == 1) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "waiting for all peers to answer once, to form the group; missing="
                                + setup.peers.stream()
                                        .filter(peer -> !answers.containsKey(peer))
                                        .map(PeerAddress::toString)
                                        .collect(Collectors.joining(",")));
            }
            TimeUnit.MILLISECONDS.sleep(ROUND_MILLIS);
        }
    }

    private Map<PeerAddress, Introduction> greetAll(PeerChannels channels) throws InterruptedException {
        Map<PeerAddress, CompletableFuture<Introduction>> asked = new LinkedHashMap<>();
        var greeting = Greetings.of(setup.self, setup.peers);
        setup.peers.forEach(peer -> asked.put(
                peer,
                channels.ask(peer, PeerMethods.GREET, greeting, ANSWER_TIMEOUT_MILLIS)
                        .toCompletableFuture()));
        Map<PeerAddress, Introduction> answers = new LinkedHashMap<>();
        for (var question : asked.entrySet()) {
            try {
                answers.put(question.getKey(), question.getValue().get());
            } catch (ExecutionException silent) {
                LOG.log(System.Logger.Level.DEBUG, "no answer yet from " + question.getKey(), silent);
            }
        }
        return answers;
    }

    private void report(GroupOrigin origin, Map<PeerAddress, Introduction> answers) {
        switch (origin) {
            case GroupOrigin.Founded(var group, var founders) ->
                LOG.log(System.Logger.Level.INFO, "group formed group=" + group + " founders=" + founders);
            case GroupOrigin.Alone(var group) -> LOG.log(System.Logger.Level.INFO, "group formed group=" + group);
            case GroupOrigin.Joined(var group) -> {
                var before = round.predecessor(answers);
                LOG.log(
                        before.isPresent() ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
                        before.map(known -> "the group " + group + " knows node " + setup.self.nodeId() + " as "
                                        + known + ", with another data directory; if that one is lost: cluster remove "
                                        + known.nodeId() + ", then cluster add " + ownAddress())
                                .orElse("the group " + group + " is there already; add this node on one of its members:"
                                        + " cluster add " + ownAddress()));
            }
        }
    }

    private String ownAddress() {
        return setup.peers.stream()
                .filter(peer -> peer.nodeId().equals(setup.self.nodeId()))
                .map(PeerAddress::toString)
                .findFirst()
                .orElse(setup.self.nodeId());
    }

    @Override
    public CompletionStage<Introduction> greet(Greeting greeting) {
        if (setup.peers.stream().anyMatch(peer -> peer.nodeId().equals(greeting.getNodeId()))) {
            heard.put(greeting.getNodeId(), greeting);
        }
        return CompletableFuture.completedFuture(Greetings.introduce(setup.self, setup.peers, setup.clientAddress)
                .build());
    }

    @Override
    public CompletionStage<Applied> propose(Forwarded forwarded) {
        return CompletableFuture.completedFuture(
                Applied.newBuilder().setRefused(refusal()).build());
    }

    @Override
    public CompletionStage<ReadPointReply> readPoint(ReadPointRequest request) {
        return CompletableFuture.completedFuture(
                ReadPointReply.newBuilder().setRefused(refusal()).build());
    }

    @Override
    public CompletionStage<LeaseReply> lease(LeaseRequest request) {
        return CompletableFuture.completedFuture(
                LeaseReply.newBuilder().setRefused(refusal()).build());
    }

    @Override
    public CompletionStage<ChangeReply> change(ChangeRequest request) {
        return CompletableFuture.completedFuture(
                ChangeReply.newBuilder().setRefused(refusal()).build());
    }

    @Override
    public void fetchArtifact(ArtifactRequest request, ServerCallStreamObserver<ArtifactPart> parts) {
        parts.onError(Status.UNAVAILABLE
                .withDescription("this node is in no group yet")
                .asRuntimeException());
    }

    private static Refused refusal() {
        return Refusals.toWire(new NotReady("this node is in no group yet; ask another one"));
    }
}
