package io.skipstone.consensus;

import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.server.RaftServer;

/** Where this node stands in its group. Any thread; answers from memory. */
interface Standing {
    /** The newest term that this node knows of. Never goes back. */
    long term();

    /** Up to here this node knows that the group has agreed. Never goes back. */
    long committed();

    /** What this node has to say, in the newest configuration that it has in its log, agreed on or not. */
    Vote vote();

    /** Who decides who leads. */
    enum Vote {
        /** This node and nobody else: nobody else can lead. */
        ALONE,
        /** This node and others. */
        SHARED,
        /** Others: this node learns, or has been removed. */
        NONE
    }

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
            public Vote vote() {
                var members = division.getRaftConf();
                var voters = members.getCurrentPeers(RaftPeerRole.FOLLOWER);
                if (voters.stream().noneMatch(voter -> voter.getId().equals(division.getId()))) {
                    return Vote.NONE;
                }
                boolean isSettled =
                        members.getPreviousPeers(RaftPeerRole.FOLLOWER).isEmpty();
                return isSettled && voters.size() == 1 ? Vote.ALONE : Vote.SHARED;
            }
        };
    }
}
