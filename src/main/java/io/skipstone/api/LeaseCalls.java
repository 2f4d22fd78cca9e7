package io.skipstone.api;

import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import io.skipstone.consensus.Leases;
import io.skipstone.consensus.Leases.Alive;
import io.skipstone.consensus.Proposer;
import io.skipstone.consensus.Reader;
import io.skipstone.consensus.Reader.Answer;
import io.skipstone.model.Consistency;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.LeaseLimits;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;

/** What every door asks of leases. */
@Singleton
public class LeaseCalls {
    /** Stands in a request for an id that the server chooses. */
    public static final long ANY_ID = 0;

    /** How often an id is chosen anew when there is a lease of it: by chance that does not happen once. */
    private static final int CHOICES = 3;

    private final Proposer proposer;
    private final Reader reader;
    private final Leases leases;
    private final LeaseLimits leaseLimits;
    private final Limits limits;

    @Inject
    LeaseCalls(Proposer proposer, Reader reader, Leases leases, LeaseLimits leaseLimits, Limits limits) {
        this.proposer = proposer;
        this.reader = reader;
        this.leases = leases;
        this.leaseLimits = leaseLimits;
        this.limits = limits;
    }

    /**
     * How long a lease lives, and what is attached to it.
     *
     * @param keys the first ones, in the order they were attached; as many as fit into an answer
     */
    public record TimeToLive(Alive alive, List<Key> keys) {
        public TimeToLive {
            keys = List.copyOf(keys);
        }
    }

    /**
     * Makes a lease. One that is to live shorter than this node allows is granted the least it allows.
     *
     * @param id {@link #ANY_ID}, or one that no lease has
     */
    public CompletionStage<Outcome.LeaseGranted> grant(long id, long ttlSeconds) {
        if (ttlSeconds < 1 || ttlSeconds > leaseLimits.maxTtlSeconds()) {
            throw new BadRequest(
                    "lease_ttl_out_of_range",
                    "the lease is to live " + ttlSeconds + " s; it must be 1 to " + leaseLimits.maxTtlSeconds());
        }
        long granted = Math.max(ttlSeconds, leaseLimits.minTtlSeconds());
        return id == ANY_ID
                ? grantAny(granted, CHOICES)
                : propose(LeaseIds.checked(id), granted).thenApply(LeaseCalls::granted);
    }

    private CompletionStage<Outcome.LeaseGranted> grantAny(long ttlSeconds, int choices) {
        long chosen = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
        return propose(chosen, ttlSeconds)
                .thenCompose(outcome -> outcome instanceof Outcome.LeaseExists && choices > 1
                        ? grantAny(ttlSeconds, choices - 1)
                        : CompletableFuture.completedStage(granted(outcome)));
    }

    private CompletionStage<Outcome> propose(long id, long ttlSeconds) {
        var grant = new Command.GrantLease(id, ttlSeconds, leaseLimits.leases(), leaseLimits.keysPerLease());
        return proposer.propose(grant, Once.EACH_TIME);
    }

    private static Outcome.LeaseGranted granted(Outcome outcome) {
        if (outcome instanceof Outcome.LeaseGranted granted) {
            return granted;
        }
        throw ErrorMapping.refused(outcome);
    }

    /** Ends the lease; the keys attached to it are gone, all in one revision. */
    public CompletionStage<Outcome.LeaseRevoked> revoke(long id) {
        return proposer.propose(new Command.RevokeLease(LeaseIds.checked(id)), Once.EACH_TIME)
                .thenApply(outcome -> {
                    if (outcome instanceof Outcome.LeaseRevoked revoked) {
                        return revoked;
                    }
                    throw ErrorMapping.refused(outcome);
                });
    }

    /** Gives the lease its full time anew. */
    public CompletionStage<Alive> keepAlive(long id) {
        return leases.keepAlive(LeaseIds.checked(id));
    }

    public CompletionStage<TimeToLive> timeToLive(long id, boolean withKeys) {
        CompletionStage<Alive> alive = leases.timeToLive(LeaseIds.checked(id));
        return withKeys
                ? alive.thenCombine(keys(id), (found, keys) -> new TimeToLive(found, keys.value()))
                : alive.thenApply(found -> new TimeToLive(found, List.of()));
    }

    private CompletionStage<Answer<List<Key>>> keys(long id) {
        return reader.leaseKeys(id, Integer.MAX_VALUE, Limits.TXN_RESULT_BYTES, Consistency.LINEARIZABLE);
    }

    /**
     * A page of leases, in the order of their ids.
     *
     * @param afterId only those above; 0 for the first page
     * @param limit at most as many as a page of a scan may have
     */
    public CompletionStage<Answer<List<GrantedLease>>> list(long afterId, long limit) {
        if (limit < 1 || limit > limits.scanRows()) {
            throw new BadRequest("bad_limit", "a page has 1 to " + limits.scanRows() + " leases");
        }
        if (afterId < 0) {
            throw new BadRequest("bad_lease_id", "a page begins after an id from 0");
        }
        return reader.leases(afterId, (int) limit, Consistency.LINEARIZABLE);
    }

    /** As many leases as a page may have. */
    public long fullPage() {
        return limits.scanRows();
    }
}
