package io.skipstone.consensus;

import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.server.RaftServer;

/** Where this node stands in its group. Any thread; answers from memory. */
interface Standing {
    /** The newest term that this node knows of. Never goes back. */
    long term();

    /** Up to here this node knows that the group has agreed. Never goes back. */
    long committed();

    /** Whether this node is the only one with a vote, so that nobody else can lead. */
    boolean isAlone();

    static Standing of(RaftServer.Division division) {
        return new Standing() {
            @Override
            public long term() {
                return division.getInfo().getCurrentTerm();
            }

            @Override
            public long committed() {
                return division.getRaftLog().getLastCommittedIndex();
            }

            @Override
            public boolean isAlone() {
                var members = division.getRaftConf();
                var voters = members.getCurrentPeers(RaftPeerRole.FOLLOWER);
                return voters.size() == 1
                        && voters.iterator().next().getId().equals(division.getId())
                        && members.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty();
            }
        };
    }
}
