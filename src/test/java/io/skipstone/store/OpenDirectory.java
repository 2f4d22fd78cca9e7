package io.skipstone.store;

import java.io.IOException;
import java.nio.file.Path;

/** Opens a data directory, in a process of its own, and ends with the exit code that this comes to. */
final class OpenDirectory {
    private OpenDirectory() {}

    public static void main(String... args) throws IOException {
        Path root = Path.of(args[0]);
        DirectoryImage before = DirectoryImage.of(root.getParent());
        try (var directory = DataDirectory.open(root, "n1")) {
            System.out.println("opened " + directory.member());
        } catch (DirectoryRefusal refused) {
            System.out.println(refused.getMessage());
            System.out.println(DirectoryImage.of(root.getParent()).equals(before) ? "nothing changed" : "changed");
            System.exit(refused.exitCode().code());
        }
    }
}
