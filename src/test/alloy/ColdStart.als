/*
 * The promise of the cold start, as a model: what a node does with its log, its store and its directories between two losses of
 * power, in any order, and that it never loses or misreads what it promised.
 *
 * How to read it. A position ("everything up to entry 7") is the set of all entries up to it, so "at most" is `in` and "nothing
 * yet" is `none`. A primed name is the value in the next state. Each `pred` between "What the node does" and "Properties" is one step; its
 * comment names the code that takes it. A step happens whole or not at all; where the code can be cut in between, there are two.
 *
 * What is left out: terms and elections, the bytes of an entry, whole segments (the log is purged entry by entry, which allows
 * more), disks that refuse twice in a row. `broken/` holds one-line changes of this file, each of which the checker must refute.
 */
module ColdStart

open util/ordering[Index] as order
open util/ordering[Gen] as age

/** The entries of the log, in order. */
sig Index {}

/** Entries of Raft's own: no rows, only a position. */
sig Marker in Index {}

/** Directories store/gen-N, in order of N; a number is never used twice. */
sig Gen {
	-- What LMDB shows: the rows of these entries, and its meta record.
	var rows, applied: set Index,
	-- What a power loss may fall back to. MDB_NOMETASYNC: the state before the last transaction, or the same.
	var safeRows, safeApplied: set Index
}

/** gen-N.tmp; gen-N as the process sees it; names that are on the disk; generations that cannot be read. */
var sig Draft, Here, Named, Damaged in Gen {}

/** A sync failed: the newest meta page counts as written and is not (fsync(2)). Thin: and a transaction came after it. */
var sig Unwritten, Thin in Gen {}

/** The log: entries in files, those that were forced, and purged ones whose removal the disk has not seen. */
var sig Log, Flushed, Loose in Index {}

/** In memory: ApplyLoop.applied, and SnapshotPin.pinned, which is what Ratis may purge up to. */
var sig Position, Pinned in Index {}

/** In memory: the open store, and an installed generation that Ratis was told of. */
var lone sig InUse, Offer in Gen {}

/** A verified artifact in artifact/, up to there. None is as good as a bad one: it is passed over. */
var sig Artifact in Index {}

/** What this node said it has (its own majority, or its part of one), and the highest pin ever. Only the properties look at these. */
var sig Promised, EverPinned in Index {}

/** A disk lost what it had written. Only then may a start be refused. */
one sig Disaster {}
var sig Struck in Disaster {}

/** A group of one: nobody to install from, nobody else counts on this log. */
lone sig Alone {}

abstract sig Step {}
one sig Off, Opened, Adopted, Serving, PinFolded, PinSynced, Reloading, Refused extends Step {}
var one sig At in Step {}

fun upTo[s: set Index]: set Index { s.*(order/prev) }
fun following[p: set Index]: lone Index { order/min[Index - p] }
pred isPosition[p: set Index] { p = upTo[p] }
pred isInterval[s: set Index] { all i: upTo[s] - s | no s & order/prevs[i] }
fun logEnd: set Index { upTo[Log] + Pinned }

------------------------------------------------------------------------------------------------------------------------
-- What stays as it is

pred storesStay { rows' = rows and applied' = applied and safeRows' = safeRows and safeApplied' = safeApplied and pagesStay }
pred pagesStay { Unwritten' = Unwritten and Thin' = Thin }
pred pagesOfNew[g: Gen] { Unwritten' = Unwritten - g and Thin' = Thin - g }
pred othersStay[g: Gen] {
	all h: Gen - g | h.rows' = h.rows and h.applied' = h.applied and h.safeRows' = h.safeRows and h.safeApplied' = h.safeApplied
}
pred directoriesStay { Draft' = Draft and Here' = Here and Named' = Named and Damaged' = Damaged and Artifact' = Artifact }
pred logStays { Log' = Log and Flushed' = Flushed and Loose' = Loose }
pred filesStay { storesStay and directoriesStay and logStays }
pred memoryStays { InUse' = InUse and Offer' = Offer and Position' = Position and Pinned' = Pinned }
pred promisesStay { Promised' = Promised and EverPinned' = EverPinned and Struck' = Struck }
pred memoryGone { no InUse' and no Offer' and no Position' and no Pinned' and At' = Off }

------------------------------------------------------------------------------------------------------------------------
-- LMDB

/** One write transaction (LmdbStore.attempt): rows and meta record together. Its sync of the data covers the meta page before. */
pred commits[g: Gen, r, a: set Index] {
	g.rows' = r
	g.applied' = a
	g.safeRows' = (g in Unwritten => g.safeRows else g.rows)
	g.safeApplied' = (g in Unwritten => g.safeApplied else g.applied)
	Unwritten' = Unwritten - g
	Thin' = (g in Unwritten => Thin + g else Thin - g)
	othersStay[g]
}

/** LmdbStore.sync, forced. MetaPages: the meta pages are written again first, so that what an earlier sync failed for is covered. */
pred syncs[g: Gen] {
	rows' = rows and applied' = applied
	g.safeRows' = g.rows and g.safeApplied' = g.applied
	all h: Gen - g | h.safeRows' = h.safeRows and h.safeApplied' = h.safeApplied
	Unwritten' = Unwritten - g and Thin' = Thin - g
}

/**
 * LmdbStore.commit, owesSync: after a failed sync another comes first, for the next transaction but one reuses pages of the only
 * state on the disk.
 */
pred mayCommit[g: Gen] { g not in Unwritten }

------------------------------------------------------------------------------------------------------------------------
-- What the node does

/** Ratis writes an entry behind the log's end. */
pred append {
	At = Serving and no Offer and some following[logEnd]
	Log' = Log + following[logEnd] and Flushed' = Flushed and Loose' = Loose
	storesStay and directoriesStay and memoryStays and promisesStay and At' = At
}

/** Ratis forces the log; from here on this node counts for the majority, and in a group of one the entry is committed. */
pred flush {
	At in Serving + PinFolded + PinSynced
	Flushed' = Log and Log' = Log and Loose' = Loose
	Promised' = Promised + Log and EverPinned' = EverPinned and Struck' = Struck
	storesStay and directoriesStay and memoryStays and At' = At
}

/** ApplyLoop.flush: a batch of committed entries, markers among or behind them, in one transaction. */
pred apply {
	At = Serving and mayCommit[InUse]
	some last: Flushed - Position | let to = upTo[last] {
		Position in to and to - Position in Flushed
		commits[InUse, InUse.rows + (to - InUse.applied - Marker), to]
		Position' = to
	}
	InUse' = InUse and Offer' = Offer and Pinned' = Pinned and At' = At
	directoriesStay and logStays and promisesStay
}

/** ApplyLoop.process: markers alone move the position in memory. */
pred passMarkers {
	At = Serving
	some last: Flushed - Position | let to = upTo[last] {
		Position in to and to - Position in Flushed & Marker
		Position' = to
	}
	InUse' = InUse and Offer' = Offer and Pinned' = Pinned and At' = At
	filesStay and promisesStay
}

/** ApplyLoop.pin, first half: markers are folded into the store. */
pred pinFolds {
	At = Serving
	InUse.applied = Position => storesStay else mayCommit[InUse] and commits[InUse, InUse.rows, Position]
	At' = PinFolded and memoryStays
	directoriesStay and logStays and promisesStay
}

/** SnapshotPin.pin: the forced sync. */
pred pinSyncs {
	At = PinFolded and At' = PinSynced
	syncs[InUse]
	memoryStays and directoriesStay and logStays and promisesStay
}

/** SnapshotPin.pin: the sync fails. Nothing is pinned; the node goes on. A second failure in a row halts it. */
pred pinSyncFails {
	At = PinFolded and At' = Serving and InUse not in Unwritten
	rows' = rows and applied' = applied and safeRows' = safeRows and safeApplied' = safeApplied
	Unwritten' = Unwritten + InUse and Thin' = Thin
	memoryStays and directoriesStay and logStays and promisesStay
}

/** SnapshotPin.pin returns: Ratis may purge. SkipstoneStateMachine.takeSnapshot. */
pred pinReturns {
	At = PinSynced and At' = Serving
	Pinned' = InUse.applied and EverPinned' = Pinned'
	InUse' = InUse and Offer' = Offer and Position' = Position
	Promised' = Promised and Struck' = Struck
	filesStay
}

/** LmdbStore.commit, owesSync: the sync before the next transaction. */
pred heals {
	At = Serving and InUse in Unwritten
	syncs[InUse]
	memoryStays and directoriesStay and logStays and promisesStay and At' = At
}

/** The sync within a commit fails on the meta page of the transaction before: the process halts, the page cache stays. */
pred commitFails {
	At = Serving
	rows' = rows and applied' = applied and safeRows' = safeRows and safeApplied' = safeApplied
	Unwritten' = Unwritten + (InUse.applied = InUse.safeApplied => none else InUse) and Thin' = Thin
	memoryGone and directoriesStay and logStays and promisesStay
}

/** Ratis' log worker removes what lies at or below its snapshot, whenever it likes; the disk may see that later. */
pred purge {
	some Pinned and At in Serving + PinFolded + PinSynced
	some last: Log & Pinned | let p = upTo[last] {
		Log' = Log - p and Flushed' = Flushed - p and Loose' = Loose + (p & Log)
	}
	storesStay and directoriesStay and memoryStays and promisesStay and At' = At
}

------------------------------------------------------------------------------------------------------------------------
-- Artifacts and installs

/** store.Generations: a new number, above all that are there. */
pred isNew[g: Gen] { all h: Here + Named + Draft + Damaged | h in age/prevs[g] }

/** A copy of the store in artifact/, from here or brought by an operator; verified when it is read. */
pred saveArtifact {
	some Alone and At in Off + Serving
	some last: Promised | Artifact' = upTo[last]
	Draft' = Draft and Here' = Here and Named' = Named and Damaged' = Damaged
	storesStay and logStays and memoryStays and promisesStay and At' = At
}

/** Another member's artifact comes in, chunk by chunk, into gen-N.tmp. One at a time. */
pred download {
	no Alone and At = Serving and no Draft + Offer
	some g: Gen | isNew[g] and Draft' = g
	Here' = Here and Named' = Named and Damaged' = Damaged and Artifact' = Artifact
	storesStay and logStays and memoryStays and promisesStay and At' = At
}

/** ArtifactStage.finish, Generations.publish: verified, the file synced, then renamed. The peer may be ahead of us or behind. */
pred publish {
	At = Serving and some Draft
	some last: Index | let a = upTo[last] {
		Draft.rows' = a - Marker and Draft.applied' = a
		Draft.safeRows' = a - Marker and Draft.safeApplied' = a
	}
	othersStay[Draft] and pagesOfNew[Draft]
	no Draft' and Here' = Here + Draft and Named' = Named and Damaged' = Damaged and Artifact' = Artifact
	logStays and memoryStays and promisesStay and At' = At
}

/** Generations.publish: the directory is synced, so the name survives. */
pred publishSyncsDirectory {
	At = Serving and Here != Named
	Named' = Here and Here' = Here and Draft' = Draft and Damaged' = Damaged and Artifact' = Artifact
	storesStay and logStays and memoryStays and promisesStay and At' = At
}

/**
 * The install future completes: Ratis is told, unless the artifact is older than the log that this node answers for. What is left
 * of earlier installs is gone.
 */
pred offer {
	no Alone and At = Serving and no Offer + Draft and one Here & age/nexts[InUse]
	some g: (Here & Named) & age/nexts[InUse] - Damaged {
		logEnd + Position in g.applied
		Offer' = g
	}
	InUse' = InUse and Position' = Position and Pinned' = Pinned and At' = At
	filesStay and promisesStay
}

/** Ratis purges the log up to the artifact before the stores are swapped (StateMachineUpdater.reload). */
pred ratisReloads {
	At = Serving and some Offer and At' = Reloading
	Log' = Log - Offer.applied and Flushed' = Flushed - Offer.applied and Loose' = Loose + (Log & Offer.applied)
	storesStay and directoriesStay and memoryStays and promisesStay
}

/** SkipstoneStateMachine.reinitialize: the installed generation is in use, and pinned. */
pred swap {
	At = Reloading and At' = Serving
	InUse' = Offer and no Offer' and Position' = Offer.applied and Pinned' = Offer.applied
	EverPinned' = EverPinned + Pinned' and Promised' = Promised + Pinned' and Struck' = Struck
	filesStay
}

/** Generations.settle: those the node does not need, after the one in use is open and synced. The disk may see the removal later. */
pred dropLoser {
	At in Adopted + Serving
	some g: Here - InUse - Offer | Here' = Here - g
	Draft' = Draft and Named' = Named and Damaged' = Damaged and Artifact' = Artifact
	storesStay and logStays and memoryStays and promisesStay and At' = At
}

------------------------------------------------------------------------------------------------------------------------
-- Start

/** The generation that knows most; of two that know the same, the higher number. */
fun winner: lone Gen {
	{ g: Here - Damaged | all h: Here - Damaged - g | h.applied in g.applied and (h.applied = g.applied implies h in age/prevs[g]) }
}

/** The log begins behind the store: entries between the two are nowhere. */
pred behindLog[have: set Index] { some Log and upTo[Log] - Log not in have }

/** The log ends before the store. */
pred aheadOfLog[have: set Index] { some Log and Log in have and upTo[Log] != have }

/** Generations.open, SkipGate.decide: a store that may be used is opened. */
pred startOpens {
	At = Off and At' = Opened and some winner and not behindLog[winner.applied]
	InUse' = winner and no Offer' and no Position' and no Pinned'
	no Draft' and Here' = Here and Named' = Named and Damaged' = Damaged and Artifact' = Artifact
	storesStay and logStays and promisesStay
}

/** No store can be used, and the log has everything: an empty one replays it. */
pred startRestores {
	At = Off and At' = Opened and no winner and (no Log implies no Damaged) and no upTo[Log] - Log
	some g: Gen {
		isNew[g] and no g.rows' and no g.applied' and no g.safeRows' and no g.safeApplied'
		othersStay[g] and pagesOfNew[g]
		InUse' = g and Here' = Here + g and Named' = Named + g
	}
	no Offer' and no Position' and no Pinned' and no Draft' and Damaged' = Damaged and Artifact' = Artifact
	logStays and promisesStay
}

/** No store can be used, or it lies behind the log: a local artifact that reaches the log becomes a generation; then as above. */
pred startInstallsArtifact {
	At = Off and At' = At and some Alone and (no winner or behindLog[winner.applied])
	some Log and some Artifact and not behindLog[Artifact]
	some g: Gen {
		isNew[g]
		g.rows' = Artifact - Marker and g.applied' = Artifact and g.safeRows' = Artifact - Marker and g.safeApplied' = Artifact
		othersStay[g] and pagesOfNew[g]
		Here' = Here + g and Named' = Named + g
	}
	no Draft' and Damaged' = Damaged and Artifact' = Artifact
	memoryStays and logStays and promisesStay
}

/** Neither store nor log can make the node whole. */
pred startRefuses {
	At = Off and At' = Refused
	no winner => (some Log and some upTo[Log] - Log or no Log and some Damaged) else behindLog[winner.applied]
	memoryStays and filesStay and promisesStay
}

/** SnapshotPin.adopt, Generations: what the store shows, and the name of its directory, may be in the page cache only. */
pred startAdopts {
	At = Opened and At' = Adopted
	syncs[InUse]
	Named' = Here and Here' = Here and Draft' = Draft and Damaged' = Damaged and Artifact' = Artifact
	memoryStays and logStays and promisesStay
}

/** RaftLogDirectory.moveEntriesAside: durable, and only after the store is (StartRepairs). */
pred startMovesLogAside {
	At = Adopted and At' = At and aheadOfLog[InUse.applied]
	no Log' and no Flushed' and no Loose'
	storesStay and directoriesStay and memoryStays and promisesStay
}

/** RaftNode.start: Ratis begins behind the position that the store reports. */
pred startServes {
	At = Adopted and At' = Serving and not aheadOfLog[InUse.applied]
	Pinned' = InUse.applied and Position' = Pinned' and EverPinned' = EverPinned + Pinned'
	InUse' = InUse and no Offer' and Promised' = Promised and Struck' = Struck
	filesStay
}

------------------------------------------------------------------------------------------------------------------------
-- What happens to the node

/** kill -9, a halt, an end of memory: files stay as they were seen. */
pred processCrash {
	At != Off
	memoryGone and filesStay and promisesStay
}

/** Power loss: of what was not synced any part may be there. */
pred powerLoss {
	memoryGone
	all g: Gen {
		g.rows' = g.rows and g.applied' = g.applied or g.rows' = g.safeRows and g.applied' = g.safeApplied
		g.safeRows' = g.rows' and g.safeApplied' = g.applied'
	}
	cacheGone
	promisesStay
}

/** Power loss within a transaction that overwrites the only state on the disk. */
pred powerLossWithinCommit {
	At = Serving and InUse in Thin and mayCommit[InUse]
	memoryGone
	no InUse.rows' and InUse.applied' = InUse.safeApplied and no InUse.safeRows' and InUse.safeApplied' = InUse.safeApplied
	othersStay[InUse]
	cacheGone
	promisesStay
}

pred cacheGone {
	no Unwritten' and no Thin'
	Here & Named in Here' and Here' in Here + Named and Named' = Here'
	Draft' in Draft and Damaged' = Damaged and Artifact' = Artifact
	Flushed in Log' and Log' in Log + Loose and isInterval[Log'] and (all i: Log' | Log & order/prevs[i] in Log')
	Flushed' = Log' and no Loose'
}

/** What a readable generation has on the disk. */
fun sure: set Index { (Here & Named - Damaged).safeApplied }

/** A generation becomes unreadable while nobody looks. What it alone had, the log having lost it before, is excused. */
pred storeIsDamaged {
	some Alone and At = Off
	some g: Here {
		Damaged' = Damaged + g
		Promised' = Promised & (upTo[Flushed] + (Here & Named - Damaged - g).safeApplied)
	}
	Struck' = Disaster and EverPinned' = EverPinned
	Draft' = Draft and Here' = Here and Named' = Named and Artifact' = Artifact
	Log' = Log and Flushed' = Flushed and no Loose'
	storesStay and memoryStays and At' = At
}

/** The log's tail is lost. What neither the rest nor any possible state of the store holds is excused; nothing more. */
pred logTailIsLost {
	some Alone and At = Off
	some first: Log | let lost = first.*(order/next) {
		Log' = Log - lost and Flushed' = Flushed - lost and no Loose'
		Promised' = Promised & (upTo[Log - lost] + sure)
	}
	Struck' = Disaster and EverPinned' = EverPinned
	storesStay and directoriesStay and memoryStays and At' = At
}

pred nothing { memoryStays and At' = At and filesStay and promisesStay }

------------------------------------------------------------------------------------------------------------------------
-- All of it

pred init {
	At = Off and no InUse and no Offer and no Position and no Pinned
	no rows and no applied and no safeRows and no safeApplied and no Unwritten and no Thin
	no Draft and no Here and no Named and no Damaged and no Artifact
	no Log and no Flushed and no Loose and no Promised and no EverPinned and no Struck
}

pred works { append or flush or apply or passMarkers or purge or heals or commitFails }
pred pins { pinFolds or pinSyncs or pinSyncFails or pinReturns }
pred installs { saveArtifact or download or publish or publishSyncsDirectory or offer or ratisReloads or swap or dropLoser }
pred starts { startOpens or startRestores or startInstallsArtifact or startRefuses or startAdopts or startMovesLogAside or startServes }
pred suffers { processCrash or powerLoss or powerLossWithinCommit or storeIsDamaged or logTailIsLost }
pred moves { works or pins or installs or starts or suffers or nothing }

/** The first start is behind us and nothing has been written: saves the traces three steps. */
pred servesFirst {
	At = Serving and InUse = age/first and Here = InUse and Named = InUse and no Draft + Damaged + Unwritten + Thin + Offer
	no rows and no applied and no safeRows and no safeApplied
	no Log + Flushed + Loose + Position + Pinned + Artifact + Promised + EverPinned and no Struck
}

------------------------------------------------------------------------------------------------------------------------
-- Properties

/** P1. Whoever serves has everything that this node ever promised, in the store or in the log behind it. */
pred nothingPromisedIsLost { At = Serving implies Promised in Position + Log }

/** P2. The rows are those of the entries up to the position: no gap, no torn entry; on every generation, also after a power loss. */
pred rowsMatchThePosition {
	all g: Here - Damaged | isPosition[g.applied] and g.rows = g.applied - Marker
	all g: Here - Damaged | isPosition[g.safeApplied] and g.safeRows = g.safeApplied - Marker
}

/** P3. What Ratis may purge survives a power loss. */
pred thePinIsOnTheDisk { Pinned in InUse.safeApplied }

/** No start goes back behind a pin. */
pred noStartGoesBack { At = Serving and no Struck implies EverPinned in Position }

/** Ratis never stands before a gap: it would spin for ever. */
pred noGap { At = Serving implies upTo[Log] - Log in Position }

/** Without a disaster a node always starts. */
pred noRefusalWithoutDisaster { At = Refused implies some Struck }

pred safe {
	nothingPromisedIsLost and rowsMatchThePosition and thePinIsOnTheDisk and noStartGoesBack and noGap and noRefusalWithoutDisaster
}

------------------------------------------------------------------------------------------------------------------------
-- The invariant: every step keeps it, so the properties hold after any number of steps

pred shapes {
	isPosition[Position] and isPosition[Pinned] and isPosition[EverPinned] and isPosition[Artifact]
	isInterval[Log] and Flushed in Log and (all i: Flushed | Log & order/prevs[i] in Flushed)
	no Loose & Log and (all i: Loose | no Log & order/prevs[i])
	no Draft & (Here + Named) and lone Draft
	all g: Here + Named | g.safeApplied in g.applied
	all g: (Here + Named) - Damaged {
		isPosition[g.applied] and g.rows = g.applied - Marker
		isPosition[g.safeApplied] and g.safeRows = g.safeApplied - Marker
	}
	no Thin
	-- A higher generation either was never used, or has overtaken the lower one for good.
	all g: Here - Damaged, h: (Here - Damaged) & age/nexts[g] | neverUsed[h] or g not in InUse and g.applied in h.safeApplied
}

pred neverUsed[g: Gen] { g.safeApplied = g.applied and g not in Unwritten + InUse }

pred memoryIsRight {
	At in Off + Refused implies no InUse + Offer and no Position + Pinned
	At not in Off + Refused implies one InUse and InUse in Here - Damaged
	At not in Off + Refused + Opened implies InUse in Named
	At in Opened + Adopted implies no Offer and no Position + Pinned
	At = Adopted implies InUse.safeApplied = InUse.applied
	At in Adopted + PinSynced implies InUse not in Unwritten
	At in Serving + PinFolded + PinSynced + Reloading implies {
		Pinned in InUse.safeApplied and InUse.applied in Position and Position - InUse.applied in Marker
		Position in upTo[Flushed] + Pinned + (At = Reloading => Offer.applied else none)
		some Log implies Pinned in upTo[Log]
	}
	At in PinFolded + PinSynced implies InUse.applied = Position
	At = PinSynced implies InUse.safeApplied = InUse.applied
	At = Reloading implies one Offer and no Log
	At in Opened + Adopted implies no Draft
	no (Here + Named) & age/nexts[Draft]
	some Alone implies no Offer + Draft
	some Offer implies {
		no Draft and Here & age/nexts[InUse] = Offer
		Offer in (Here & Named) & age/nexts[InUse] - Damaged and Offer not in Unwritten
		Offer.safeApplied = Offer.applied and logEnd + Position in Offer.applied
	}
}

/** What is on the disk for sure carries all that the node needs after a power loss now. */
pred enough[on: set Index] {
	Promised in on + upTo[Flushed] and upTo[Loose] in on
	no Struck implies EverPinned in on and upTo[Log] - Log in on
}

pred invariant {
	shapes and memoryIsRight
	no Struck implies no Damaged
	enough[sure]
	At in Adopted + Serving + PinFolded + PinSynced implies enough[InUse.safeApplied]
	At = Reloading implies enough[Offer.safeApplied]
	At in Opened + Adopted + Serving + PinFolded + PinSynced implies upTo[Log] - Log in InUse.applied
	At in Opened implies sure in InUse.applied
	no Alone implies no Struck
	At = Refused implies some Struck
}

------------------------------------------------------------------------------------------------------------------------
-- Commands

check theInvariantHoldsAtFirst { init or servesFirst implies invariant } for 5 but 3 Gen, 1 steps expect 0
check theInvariantMeansSafety { invariant implies safe } for 5 but 3 Gen, 1 steps expect 0
check workKeepsTheInvariant { invariant and works implies after invariant } for 5 but 3 Gen, 2 steps expect 0
check pinsKeepTheInvariant { invariant and pins implies after invariant } for 5 but 3 Gen, 2 steps expect 0
check installsKeepTheInvariant { invariant and installs implies after invariant } for 5 but 3 Gen, 2 steps expect 0
check startsKeepTheInvariant { invariant and starts implies after invariant } for 5 but 3 Gen, 2 steps expect 0
check crashesKeepTheInvariant { invariant and suffers implies after invariant } for 5 but 3 Gen, 2 steps expect 0

-- What the model can do at all: without these, a proof might hold because nothing ever happens.
run skipsAfterPinPurgeAndPowerLoss {
	servesFirst and always moves
	append; flush; apply; pinFolds; pinSyncs; pinReturns; purge; powerLoss; startOpens; startAdopts; startServes
	eventually (At = Serving and some Pinned and no Log)
} for 3 but 2 Gen, 12..12 steps expect 1
run adoptsAnInstallCutOffByACrash {
	servesFirst and always moves
	append; flush; apply; download; publish; publishSyncsDirectory; offer; ratisReloads; processCrash; startOpens; startAdopts; startServes
	eventually (At = Serving and InUse = age/last and no Log)
} for 3 but 2 Gen, 13..13 steps expect 1
run replaysWhatAPowerLossUndid {
	servesFirst and always moves
	append; flush; apply; powerLoss; startOpens; startAdopts; startServes; apply
} for 3 but 2 Gen, 9..9 steps expect 1
run restoresFromALocalArtifact {
	servesFirst and always moves
	append; flush; apply; pinFolds; pinSyncs; pinReturns; purge; saveArtifact; append; flush; processCrash; storeIsDamaged
	eventually (At = Serving and some Struck and InUse = age/last)
} for 3 but 2 Gen, 17..17 steps expect 1
run refusesWithoutStoreAndWholeLog {
	servesFirst and always moves
	append; append; flush; apply; pinFolds; pinSyncs; pinReturns; purge; processCrash; storeIsDamaged; startRefuses
} for 3 but 2 Gen, 12..12 steps expect 1
run survivesOneFailedSync {
	servesFirst and always moves
	append; flush; apply; pinFolds; pinSyncFails; pinFolds; pinSyncs; pinReturns
} for 3 but 2 Gen, 9..9 steps expect 1
