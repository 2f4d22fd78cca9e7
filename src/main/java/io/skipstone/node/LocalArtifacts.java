package io.skipstone.node;

import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.snapshot.Manifest;
import io.skipstone.snapshot.StartDecision.ArtifactOffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/** What lies in {@code artifact/} and may stand in for a store. Nothing is read before somebody asks. */
final class LocalArtifacts {
    private static final Logger LOG = Logger.getLogger(LocalArtifacts.class);

    private final Path directory;
    private final UUID group;
    private final Set<Path> bad = new HashSet<>();

    LocalArtifacts(Path directory, UUID group) {
        this.directory = directory;
        this.group = group;
    }

    /** Those of this group, the one that knows most first. One that is bad is named once and passed over. */
    List<ArtifactOffer> offers() {
        var offers = new ArrayList<ArtifactOffer>();
        for (Path file : list()) {
            if (!bad.contains(file)) {
                offer(file, offers);
            }
        }
        offers.sort(Comparator.comparingLong(
                        (ArtifactOffer offer) -> offer.applied().index())
                .reversed());
        return offers;
    }

    private List<Path> list() {
        try {
            return Artifact.listIn(directory);
        } catch (ArtifactException failure) {
            LOG.warnf("artifacts cannot be listed dir=%s: %s", directory, failure.getMessage());
            return List.of();
        }
    }

    private void offer(Path file, List<ArtifactOffer> offers) {
        try (Artifact artifact = Artifact.open(file)) {
            Manifest.Contents contents = artifact.manifest().contents();
            if (contents.groupId().equals(group)) {
                offers.add(new ArtifactOffer(file, contents.applied()));
            } else {
                passOver(file, "it is of group " + contents.groupId() + ", this node is of group " + group);
            }
        } catch (ArtifactException failure) {
            passOver(file, String.valueOf(failure.getMessage()));
        }
    }

    int passedOver() {
        return bad.size();
    }

    /** It is not offered again. */
    void passOver(Path file, String why) {
        bad.add(file);
        LOG.warnf("artifact cannot be used and is passed over file=%s: %s", file, why);
    }
}
