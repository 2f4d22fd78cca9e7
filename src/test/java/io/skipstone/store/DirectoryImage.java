package io.skipstone.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32;

/** All that is in a directory, byte by byte, to compare before with after. */
public record DirectoryImage(TreeMap<String, String> files) {
    /** Empty when there is no such directory. */
    public static DirectoryImage of(Path directory) throws IOException {
        var files = new TreeMap<String, String>();
        if (!Files.exists(directory)) {
            return new DirectoryImage(files);
        }
        List<Path> paths;
        try (var walk = Files.walk(directory)) {
            paths = walk.toList();
        }
        for (Path path : paths) {
            files.put(directory.relativize(path) + "", Files.isRegularFile(path) ? contentOf(path) : "not a file");
        }
        return new DirectoryImage(files);
    }

    private static String contentOf(Path path) throws IOException {
        var sum = new CRC32();
        sum.update(Files.readAllBytes(path));
        return Files.size(path) + " bytes, " + HexFormat.of().toHexDigits(sum.getValue()) + ", "
                + Files.getLastModifiedTime(path);
    }
}
