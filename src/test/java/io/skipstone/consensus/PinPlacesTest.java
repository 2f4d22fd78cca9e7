package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaFieldAccess.AccessType;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Limits;
import io.skipstone.model.PeerAddress;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.store.Store;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.junit.jupiter.api.Test;

/**
 * Every place in the code that asks for a pin, makes one, or tells Ratis of one. A new place fails here until it is a {@link
 * PinTrigger}, and with that in PinOrderTest.
 */
class PinPlacesTest {
    private static final JavaClasses HOUSE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.skipstone");

    /** Where the wish for a pin comes from. Stop and entries are Ratis' own wishes, after our settings. */
    private static final Map<PinTrigger, String> WISHES = Map.of(
            PinTrigger.ENTRIES, "RatisSettings.snapshot",
            PinTrigger.STOP, "RatisSettings.snapshot",
            PinTrigger.BYTES, "PinByBytes.batchApplied",
            PinTrigger.MEMBERSHIP, "PinByMembers.configured",
            PinTrigger.ADMIN, "RaftNode.pin");

    /** Who asks as an operator does, all in one way: the doors, and a copy of the store, which begins with a pin. */
    private static final Set<String> ADMINS =
            Set.of("AdminHandlers.pin", "AdminService.pin", "Node.pin", "Artifacts.request");

    @Test
    void everyTriggerHasItsPlace() {
        assertThat(WISHES.keySet()).containsExactlyInAnyOrder(PinTrigger.values());
    }

    @Test
    void ratisIsToldToPinAfterEntriesAndAtStop() {
        var config = new RaftConfig(
                TestNode.MEMBER,
                new GroupOrigin.Alone(TestNode.GROUP),
                new PeerAddress("n1", "127.0.0.1", 0),
                List.of(),
                "127.0.0.1",
                0,
                "127.0.0.1:1",
                Path.of("raft"),
                1,
                LogBounds.of(7, 1),
                Limits.DEFAULT,
                false);
        RaftProperties properties = RatisSettings.of(config);

        assertThat(RaftServerConfigKeys.Snapshot.autoTriggerEnabled(properties)).isTrue();
        assertThat(RaftServerConfigKeys.Snapshot.autoTriggerThreshold(properties))
                .isEqualTo(7);
        assertThat(RaftServerConfigKeys.Snapshot.triggerWhenStopEnabled(properties))
                .isTrue();
        assertThat(callersOf(RaftServerConfigKeys.Snapshot.class, "setAutoTriggerEnabled"))
                .containsExactly(WISHES.get(PinTrigger.ENTRIES));
    }

    @Test
    void nobodyElseWishesForOne() {
        assertThat(callersOf(RatisGateway.class, "pin")).containsExactly(WISHES.get(PinTrigger.ADMIN));
        assertThat(callersOf(RaftNode.class, "pin")).containsExactly("RaftNode.askForPin");
        assertThat(callersOf(RaftNode.class, "askForPin")).containsExactly("RaftNode.<init>");
        assertThat(callersOf(Runnable.class, "run"))
                .filteredOn(caller -> caller.startsWith("PinBy"))
                .containsExactlyInAnyOrder(WISHES.get(PinTrigger.BYTES), WISHES.get(PinTrigger.MEMBERSHIP));
        assertThat(callersOf(Admin.class, "pin")).containsExactlyInAnyOrderElementsOf(ADMINS);
    }

    @Test
    void theApplyThreadIsAskedOnlyByTheSnapshotAndWhereTheLogIsToStay() {
        // A pin alone purges nothing: of the first entry, before a store is sent, and when a leader asks where this
        // node stands.
        assertThat(callersOf(Work.Pin.class, "<init>"))
                .containsExactlyInAnyOrder(
                        "SkipstoneStateMachine.takeSnapshot", "RaftNode.pinOnly", "InstallDriver.showWhatIsHeld");
    }

    @Test
    void thePinMovesOnlyOnTheApplyThreadAndAtStartAndOnlyAfterASync() {
        // An install exchanges the store on the apply thread, and begins with it as a start does.
        assertThat(callersOf(SnapshotPin.class, "pin")).containsExactly("ApplyLoop.pin");
        assertThat(callersOf(SnapshotPin.class, "adopt"))
                .containsExactlyInAnyOrder("RaftNode.start", "InstallDriver.exchange");
        assertThat(callersOf(SnapshotPin.class, "advanceTo"))
                .containsExactlyInAnyOrder("SnapshotPin.pin", "SnapshotPin.adopt");
        assertThat(writersOf(SnapshotPin.class, "pinned"))
                .containsExactlyInAnyOrder("SnapshotPin.<init>", "SnapshotPin.advanceTo");
        assertThat(callersOf(Store.class, "sync")).contains("SnapshotPin.pin", "SnapshotPin.adopt");
    }

    @Test
    void ratisGetsAnIndexFromTheSnapshotAndThePinnedPositionOnly() {
        assertThat(HOUSE.stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.getName().equals("takeSnapshot"))
                        .map(PinPlacesTest::name))
                .containsExactly("SkipstoneStateMachine.takeSnapshot");
        assertThat(callers(access -> access.getTargetOwner().isAssignableTo(SnapshotInfo.class)
                        && access.getTarget().getName().equals("<init>")))
                .containsExactly("PinnedSnapshot.at");
    }

    private static Set<String> callersOf(Class<?> owner, String method) {
        return callers(access -> access.getTargetOwner().isEquivalentTo(owner)
                && access.getTarget().getName().equals(method));
    }

    private static Set<String> writersOf(Class<?> owner, String field) {
        return HOUSE.stream()
                .flatMap(type -> type.getFieldAccessesFromSelf().stream())
                .filter(access -> access.getAccessType() == AccessType.SET
                        && access.getTargetOwner().isEquivalentTo(owner)
                        && access.getTarget().getName().equals(field))
                .map(access -> name(access.getOrigin()))
                .collect(Collectors.toSet());
    }

    private static Set<String> callers(Predicate<JavaAccess<?>> called) {
        return HOUSE.stream()
                .map(JavaClass::getAccessesFromSelf)
                .flatMap(Collection::stream)
                .filter(called)
                .map(access -> name(access.getOrigin()))
                .collect(Collectors.toSet());
    }

    private static String name(JavaCodeUnit unit) {
        return unit.getOwner().getSimpleName() + "." + unit.getName();
    }
}
