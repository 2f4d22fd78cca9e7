package io.skipstone.consensus;

import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Where clients reach the other members, as far as they have told. Asks them when somebody wants to know; never blocks. */
final class ClientAddresses {
    private static final long GREET_TIMEOUT_MILLIS = 2_000;

    private final PeerCalls peers;

    /** One entry for each member that ever was in the group during the life of this process. */
    private final Map<MemberId, String> known = new ConcurrentHashMap<>();

    private final Set<MemberId> asked = ConcurrentHashMap.newKeySet();

    ClientAddresses(PeerCalls peers, MemberId self, String ownAddress) {
        this.peers = peers;
        known.put(self, ownAddress);
    }

    /** What is known now; asks the member, for the next time, if nothing is. */
    Optional<String> of(MemberId member, PeerAddress address) {
        String client = known.get(member);
        if (client == null && asked.add(member)) {
            var _ = peers.greet(address, GREET_TIMEOUT_MILLIS).whenComplete((answer, _) -> {
                asked.remove(member);
                if (answer != null && answer.getIncarnation().equals(member.incarnation())) {
                    known.put(member, answer.getClientAddress());
                }
            });
        }
        return Optional.ofNullable(client);
    }
}
