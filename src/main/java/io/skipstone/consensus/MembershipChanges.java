package io.skipstone.consensus;

import io.skipstone.model.Member;
import io.skipstone.model.MemberId;
import io.skipstone.model.Membership;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Carries out changes of the members, on the leader. Each is one change of Raft's configuration, compared with the one it was decided on:
 * of two that meet, one is refused.
 */
final class MembershipChanges implements Cluster {
    private static final System.Logger LOG = System.getLogger(MembershipChanges.class.getName());

    /** A learner that lacks no more than this has caught up: a moment's writes. */
    static final long CAUGHT_UP_ENTRIES = 1_000;

    /** A member that was not heard of for so long does not count for a majority when members change. */
    static final long SILENT_MILLIS = 3_000;

    /** How long a change is waited for: a bit less than its caller waits (ClusterDoor), who is told then what it waits for. */
    static final long CHANGE_MILLIS = 25_000;

    private static final long GREET_TIMEOUT_MILLIS = 3_000;

    private final MemberId self;
    private final PeerAddress ownAddress;
    private final Supplier<Membership> seen;
    private final Supplier<Boolean> leads;
    private final PeerCalls peers;
    private final RatisChanges ratis;
    private final Handover handover;
    private final long changeMillis;

    /**
     * @param seen the members as this node sees them
     * @param changeMillis how long a change is waited for
     */
    MembershipChanges(
            MemberId self,
            PeerAddress ownAddress,
            Supplier<Membership> seen,
            Supplier<Boolean> leads,
            PeerCalls peers,
            RatisGateway gateway,
            Handover handover,
            long changeMillis) {
        this.self = self;
        this.ownAddress = ownAddress;
        this.seen = seen;
        this.leads = leads;
        this.peers = peers;
        this.ratis = new RatisChanges(gateway);
        this.handover = handover;
        this.changeMillis = changeMillis;
    }

    @Override
    public CompletionStage<Membership> members() {
        return onLeader(CompletableFuture::completedStage);
    }

    @Override
    public CompletionStage<Membership> add(PeerAddress joiner) {
        return onLeader(now -> {
            Optional<Member> same = sameMember(now, joiner);
            if (same.isPresent()) {
                return unlessItIsAnother(now, same.get());
            }
            JoinerRules.require(now, joiner, ownAddress);
            return peers.greet(joiner, GREET_TIMEOUT_MILLIS)
                    .handle((answer, silent) -> {
                        if (silent != null) {
                            throw JoinerRules.silent(joiner);
                        }
                        return JoinerRules.learner(now, joiner, answer);
                    })
                    .thenCompose(learner -> takeIn(now, learner));
        });
    }

    /** Whoever repeats an {@code add} of unknown outcome may find that it has taken effect. */
    private static Optional<Member> sameMember(Membership now, PeerAddress joiner) {
        return now.named(joiner.nodeId())
                .filter(known -> now.isSettled() && known.address().authority().equals(joiner.authority()));
    }

    /** A node that has lost its disk is another member at the same address. */
    private CompletionStage<Membership> unlessItIsAnother(Membership now, Member known) {
        return answers(known).thenApply(itself -> {
            if (!itself) {
                throw JoinerRules.idTaken(known);
            }
            return now;
        });
    }

    private CompletionStage<Membership> takeIn(Membership now, Member joiner) {
        PeerAddress address = joiner.address();
        CompletionStage<Membership> taken = ratis.add(settled(now), joiner)
                .handle((_, failure) -> {
                    if (failure == null) {
                        return CompletableFuture.completedFuture(seen.get());
                    }
                    CompletionStage<Void> first = isGivenUp(failure) ? endLeadIfSomebodyIsCutOff() : done();
                    return first.thenCompose(_ -> CompletableFuture.<Membership>failedFuture(failure));
                })
                .thenCompose(Function.identity());
        return inTime(
                taken,
                "node " + address + " has not caught up yet and may be added later; no other change of members is"
                        + " possible meanwhile; stop that node to end it, or look at the members");
    }

    /** Ratis itself waits for as long as a joiner answers, or until it loses the lead. What comes of the change later is seen to all the same. */
    private CompletionStage<Membership> inTime(CompletionStage<Membership> change, String otherwise) {
        return change.toCompletableFuture()
                .copy()
                .orTimeout(changeMillis, TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException ? new OutcomeUnknown(otherwise) : failure));
    }

    private static boolean isGivenUp(Throwable failure) {
        return failure instanceof NotReady refused && refused.code().equals(JoinerRules.JOINER_SILENT);
    }

    /**
     * When it gives up a joiner, Ratis 3.3.0 stops sending also to all members that were added in this leader's term, learners and voters,
     * and does not begin again. The next leader sends to everybody, whoever that is.
     */
    private CompletionStage<Void> endLeadIfSomebodyIsCutOff() {
        List<MemberId> cutOff = cutOff(seen.get());
        if (cutOff.isEmpty()) {
            return done();
        }
        LOG.log(System.Logger.Level.INFO, "the lead ends, so that the log goes on to members=" + cutOff);
        return transferLeadership(Optional.empty())
                .handle((_, failure) -> failure == null ? done() : stepDown())
                .thenCompose(Function.identity());
    }

    /** To whom this leader sends nothing; nobody if it does not lead any more. */
    private List<MemberId> cutOff(Membership now) {
        return now.leader().filter(leader -> leader.id().equals(self)).stream()
                .flatMap(_ -> now.members().stream())
                .filter(member -> member.silentMillis().isEmpty())
                .map(Member::id)
                .toList();
    }

    private CompletionStage<Void> stepDown() {
        return handover.whenSettled(() -> ratis.stepDown()).handle((_, failure) -> {
            if (failure != null) {
                LOG.log(System.Logger.Level.WARNING, "the lead did not end: " + failure.getMessage());
            }
            return null;
        });
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Membership> promote(String nodeId) {
        return onLeader(now -> {
            Member learner = named(now, nodeId);
            if (learner.role() != Member.Role.LEARNER) {
                throw new BadRequest("not_a_learner", "node " + nodeId + " is a voter already");
            }
            long lacks = now.logEnd() - learner.matched().orElse(-1);
            if (lacks > CAUGHT_UP_ENTRIES || isSilent(learner)) {
                throw new NotReady(
                        "learner_behind",
                        "node " + nodeId + " lacks " + lacks + " log entries"
                                + (isSilent(learner) ? " and does not answer" : "")
                                + "; wait until it has caught up, then repeat");
            }
            return change(now, replaced(now, as(learner, Member.Role.VOTER)));
        });
    }

    @Override
    public CompletionStage<Membership> remove(String nodeId) {
        return onLeader(now -> {
            Member leaving = named(now, nodeId);
            List<Member> rest = now.members().stream()
                    .filter(member -> !member.equals(leaving))
                    .toList();
            return majorityOf(VotersLeft.without(leaving, now))
                    .thenCompose(_ -> leaving.id().equals(self) ? handOverFirst() : change(now, rest));
        });
    }

    @Override
    public CompletionStage<Membership> transferLeadership(Optional<String> to) {
        return onLeader(now -> {
            Member target = to.map(nodeId -> named(now, nodeId)).orElseGet(() -> bestSuccessor(now));
            if (target.role() != Member.Role.VOTER) {
                throw new BadRequest("not_a_voter", "node " + target.id().nodeId() + " is a learner; promote it first");
            }
            if (target.id().equals(self)) {
                return CompletableFuture.completedStage(now);
            }
            return handover.whenSettled(() -> ratis.transferLeadership(target.id()))
                    .thenApply(_ -> seen.get());
        });
    }

    /** A leader that removes itself would leave the others to an election; whoever leads then is asked again. */
    private CompletionStage<Membership> handOverFirst() {
        return transferLeadership(Optional.empty()).thenApply(_ -> {
            throw new NotReady("this node hands the lead over before it is removed; repeat");
        });
    }

    private CompletionStage<Membership> onLeader(Function<Membership, CompletionStage<Membership>> work) {
        try {
            if (!leads.get()) {
                throw new NotReady("no_leader", "this node does not lead its group; wait and repeat");
            }
            return work.apply(seen.get());
        } catch (SkipstoneException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private CompletionStage<Membership> change(Membership from, List<Member> to) {
        return inTime(
                ratis.setMembers(settled(from), to).thenApply(_ -> seen.get()),
                "the group has not agreed on the change yet, and may do so later; look at the members");
    }

    private static List<Member> settled(Membership now) {
        if (!now.isSettled()) {
            throw new NotReady("change_under_way", "another change of members is under way; wait and repeat");
        }
        return now.members();
    }

    private static List<Member> replaced(Membership now, Member changed) {
        return now.members().stream()
                .map(member -> member.id().equals(changed.id()) ? changed : member)
                .toList();
    }

    private static Member as(Member member, Member.Role role) {
        return new Member(
                member.id(),
                member.address(),
                role,
                member.isLeader(),
                member.matched(),
                member.silentMillis(),
                member.client());
    }

    private static Member named(Membership now, String nodeId) {
        return now.named(nodeId)
                .orElseThrow(() -> new BadRequest(
                        "member_unknown",
                        "the group has no member " + nodeId + "; its members are "
                                + now.members().stream()
                                        .map(member -> member.id().nodeId())
                                        .toList()));
    }

    /** Who was heard of a moment ago may be gone: those that answer, asked now, must be a majority too. */
    private CompletionStage<Void> majorityOf(VotersLeft left) {
        left.requireMajority();
        List<CompletableFuture<Boolean>> asked =
                left.voters().stream().map(this::answers).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenRun(() -> left.requireMajority(
                        asked.stream().filter(CompletableFuture::join).count()));
    }

    private CompletableFuture<Boolean> answers(Member member) {
        return member.id().equals(self)
                ? CompletableFuture.completedFuture(true)
                : peers.greet(member.address(), GREET_TIMEOUT_MILLIS)
                        .handle((answer, silent) -> silent == null
                                && answer.getIncarnation().equals(member.id().incarnation()))
                        .toCompletableFuture();
    }

    static boolean isSilent(Member member) {
        return member.silentMillis().orElse(Long.MAX_VALUE) > SILENT_MILLIS;
    }

    private Member bestSuccessor(Membership now) {
        return now.members().stream()
                .filter(member -> member.role() == Member.Role.VOTER)
                .filter(member -> !member.id().equals(self))
                .filter(member -> !isSilent(member))
                .max(Comparator.comparingLong(member -> member.matched().orElse(-1)))
                .orElseThrow(() -> new NotReady(
                        "no_successor", "no other voter answers that could take the lead; wait and repeat"));
    }
}
