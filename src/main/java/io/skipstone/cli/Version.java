package io.skipstone.cli;

import io.skipstone.model.Release;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"skipstone " + Release.version(), "java " + Runtime.version()};
    }
}
