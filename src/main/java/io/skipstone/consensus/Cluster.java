package io.skipstone.consensus;

import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Who is in the group, and changes of it. Any member takes these; the leader carries them out. Any thread; never blocks.
 *
 * <p>A change completes when the group has agreed on it, with the members there are then. One change at a time.
 *
 * <p>The stages fail with a {@code SkipstoneException} and nothing else: {@code BadRequest} with the code {@code member_unknown},
 * {@code member_exists}, {@code not_a_learner}, {@code not_a_voter}, {@code would_lose_quorum}, {@code wrong_group}, {@code
 * wrong_version} or {@code address_is_loopback} (nothing changed); {@code NotReady} with {@code not_ready}, {@code learner_behind}, {@code
 * learner_silent}, {@code voter_behind}, {@code joiner_silent} or {@code change_under_way} (nothing changed, repeat later); {@code
 * OutcomeUnknown} (look at {@link #members} before repeating).
 */
public interface Cluster {
    /** As the leader sees it; as this node sees it while no leader answers. */
    CompletionStage<Membership> members();

    /**
     * Makes a running node that waits to be added a learner: it gets the log and does not vote. The group learns its {@link
     * io.skipstone.model.MemberId} from the node itself. Of a node that is a member already it changes nothing.
     */
    CompletionStage<Membership> add(PeerAddress joiner);

    /** Makes a learner that has caught up a voter. */
    CompletionStage<Membership> promote(String nodeId);

    /** Takes a member out. Its process then stops serving; it can come back only with an empty data directory. */
    CompletionStage<Membership> remove(String nodeId);

    /**
     * Hands the lead over.
     *
     * @param to a voter that has caught up; empty: whichever has
     */
    CompletionStage<Membership> transferLeadership(Optional<String> to);
}
